"""The words of the page, in French. One idea a sentence; the same word for the same thing."""

TEXTS = {
    "lang": "fr",
    "other": "en",
    "other-name": "English",
    "title": "Régler le Wi-Fi",
    "object": "Objet",
    "networks": "1. Choisissez votre Wi-Fi",
    "none": "L’objet ne voit aucun Wi-Fi. Rapprochez-le de la box.",
    "signal": ("", "signal faible", "signal moyen", "signal très bon"),
    "open": "sans mot de passe",
    "known": "déjà connu",
    "login": "il faut un identifiant : choisissez-en un autre",
    "band": "Les Wi-Fi en 5 GHz ne sont pas dans la liste.",
    "again": "Chercher encore",
    "hidden": "Mon Wi-Fi n’est pas dans la liste",
    "name": "Nom du Wi-Fi",
    "name-hint": "Respectez les majuscules et les espaces.",
    "key": "2. Écrivez le mot de passe",
    "key-hint": "Il est souvent écrit sur la box. "
    "Wi-Fi sans mot de passe, ou déjà connu : laissez vide.",
    "hide": "Cacher ce que j’écris",
    "advanced": "Réglages avancés",
    "broker-hint": "L’objet envoie ses mesures à ce serveur. "
    "En général, il ne faut rien changer ici.",
    "host": "Adresse du serveur",
    "port": "Port",
    "save": "Enregistrer",
    "problem": "La dernière fois",
    "error": "À corriger",
    "done": "C’est enregistré",
    "steps": (
        "Le réseau « %s » se ferme maintenant. Votre téléphone revient à son Wi-Fi.",
        (
            "Attendez une minute. Regardez le voyant de l’objet. "
            "<strong>Un éclair court toutes les 4 secondes : c’est réussi.</strong>"
        ),
        (
            "Le réseau « %s » est de retour ? Connectez-vous encore une fois : "
            "la page dit ce qui ne va pas."
        ),
    ),
    "name-missing": "Choisissez un Wi-Fi dans la liste, ou écrivez son nom.",
    "name-both": "Vous avez choisi un Wi-Fi et écrit un nom. Gardez un seul des deux.",
    "name-wrong": "Ce nom de Wi-Fi est trop long. Vérifiez-le.",
    "name-login": "Ce Wi-Fi demande un identifiant. Choisissez-en un autre.",
    "key-missing": "Ce Wi-Fi a un mot de passe. Écrivez-le.",
    "key-wrong": "Le mot de passe d’un Wi-Fi a entre 8 et 63 caractères. Vérifiez-le.",
    "host-wrong": "Cette adresse de serveur est fausse. Exemple : 192.168.1.10",
    "port-wrong": "Le port est un nombre entre 1 et 65535. Exemple : 8883",
    "flash": "L’objet n’a pas pu enregistrer. Essayez encore une fois.",
    "wrong-password": "Le mot de passe du Wi-Fi « %s » est faux. Écrivez-le de nouveau.",
    "no-network": "Le Wi-Fi « %s » est introuvable ici. Choisissez un Wi-Fi de la liste.",
    "refused": "Le Wi-Fi « %s » refuse l’objet. Rapprochez l’objet de la box.",
    "no-address": "Le Wi-Fi « %s » ne donne pas d’adresse. Redémarrez la box.",
    "no-broker": "Le Wi-Fi marche. Mais le serveur ne répond pas. "
    "Vérifiez son adresse dans les réglages avancés.",
    "tls": "Le Wi-Fi marche. Mais ce serveur est un autre que prévu. "
    "Vérifiez son adresse dans les réglages avancés.",
    "credentials": "Le Wi-Fi marche. Mais le serveur refuse cet objet. Demandez au fablab.",
}
