"""The programme's paper: the monthly report for partners and funders, and the cards of roles."""
