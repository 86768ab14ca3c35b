"""What the console says for each reason that Wi-Fi and MQTT give: the cause, one next action."""

SENTENCES = {
    "no-network": "Wi-Fi : aucun réseau connu. Vérifiez le nom du réseau, rapprochez la carte.",
    "wrong-password": "Wi-Fi : le mot de passe est refusé. Corrigez-le dans config.json.",
    "refused": "Wi-Fi : le réseau n’accepte pas la carte. Rapprochez-la de la borne.",
    "no-address": "Wi-Fi : la borne ne donne pas d’adresse. Redémarrez la borne.",
    "lost": "Wi-Fi : la connexion est coupée. La carte réessaie.",
    "no-broker": "Serveur : il ne répond pas. Vérifiez qu’il est allumé.",
    "tls": "Serveur : son certificat est refusé. Installez de nouveau cet objet.",
    "credentials": "Serveur : cet objet n’est pas accepté. Inscrivez-le de nouveau.",
    "protocol": "Serveur : ce n’est pas un serveur Fab’Num. Vérifiez son adresse.",
    "connection": "Serveur : la connexion est coupée. La carte réessaie.",
    "stopped": "Serveur : la carte se déconnecte.",
    "memory": "Serveur : la mémoire de la carte est pleine. Simplifiez le programme.",
}
