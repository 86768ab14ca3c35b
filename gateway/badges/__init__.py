"""Badges: what a learner has shown to be able to do, signed so that anybody can verify it.

Open Badges 3.0 (1EdTech) as a Verifiable Credential (W3C, data model 2.0) in the form of a JSON
Web Token. The site keeps a number and a day of each badge, to revoke it; whose it is stands in the
badge alone, as a salted hash, on the learner's own USB stick.

    key → credential → office ← ledger → status_list
"""
