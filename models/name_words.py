"""Words that names carry beside the name itself, and short forms of first names, in the product's five languages."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HONORIFICS = _words(
    "mr mrs ms miss mme mlle mrne madame monsieur mademoiselle herr frau fraulein sir lady dr prof ing mag dipl "
    "sr sra srta dna don dona senor senora sig sigra signor signora signore dott dottssa avv"
)
"""Dropped from names. A lone "M" is not among them: it may be the initial of a first name."""

PARTICLES = _words(
    "de la le les du des d l von van vom der den dem zu zum zur af av ten ter te het di della dello dei degli del dal "
    "dalla da das do dos y e i bin ben ibn al el mc mac st"
)
"""Joined to a surname or left out of it as the writer likes."""

DELIVERY_WORDS = _words(
    "amazon locker lockers counter packstation postfiliale paketshop relais relay pickup point hub casier consigne "
    "colis tabac presse accueil reception conciergerie hotel etage batiment apt appartement app flat unit chez"
)
"""What a recipient line holds beside the recipient."""

NO_NAME = _words(
    "client cliente clients clientes customer customers consumer consommateur consommatrice consumidor consumatore "
    "kunde kundin kunden kaufer kauferin acheteur acheteuse buyer shopper comprador compradora acquirente "
    "anonyme anonym anonymous anonimo anonima unknown inconnu user utilisateur utente usuario nutzer guest gast "
    "invite ospite invitado decu decue mecontent mecontente enttauscht enttauschter enttauschte unzufrieden "
    "disappointed unhappy angry decepcionado decepcionada descontento deluso delusa insoddisfatto throwaway throwra "
    "deleted supprime reviewer evaluateur internaute"
)
"""Any of these in a display name says that it is not a person's name."""

SHORT_FORMS: dict[str, frozenset[str]] = {
    short: _words(full)
    for short, full in {
        "abby": "abigail",
        "ale": "alessandro alessandra alejandro",
        "alex": "alexander alexandre alexandra alessandro alejandro",
        "andi": "andreas andrea",
        "andy": "andrew andreas",
        "basti": "sebastian",
        "becky": "rebecca",
        "beppe": "giuseppe",
        "bea": "beatrice beatrix beatriz",
        "beth": "elizabeth elisabeth",
        "betta": "elisabetta",
        "betty": "elizabeth elisabeth",
        "bill": "william",
        "billy": "william",
        "bob": "robert",
        "bobby": "robert",
        "cathy": "catherine katherine",
        "charlie": "charles charlotte",
        "charo": "rosario",
        "chris": "christopher christophe christian christine christina",
        "chus": "jesus",
        "concha": "concepcion",
        "dave": "david",
        "dick": "richard",
        "ed": "edward edouard eduard edoardo",
        "fred": "frederic frederique frederick alfred",
        "fritz": "friedrich",
        "gabi": "gabriele gabriela",
        "gianni": "giovanni",
        "gigi": "luigi luigia",
        "gina": "regina luigina",
        "greg": "gregory gregoire",
        "hannes": "johannes",
        "hans": "johannes",
        "harry": "henry harold",
        "jack": "john jacques",
        "jim": "james",
        "jimmy": "james",
        "joe": "joseph",
        "josy": "josiane josette",
        "juergen": "georg",
        "jupp": "josef",
        "kate": "katherine catherine kathleen",
        "kathi": "katharina kathrin",
        "kati": "katharina katrin",
        "larry": "lawrence",
        "lello": "raffaele",
        "leni": "magdalena helene",
        "lisa": "elisabeth elisa elizabeth",
        "liz": "elizabeth",
        "lola": "dolores",
        "lucho": "luis",
        "lulu": "lucie lucien ludovic",
        "maggie": "margaret",
        "manolo": "manuel",
        "manu": "emmanuel emmanuelle manuel manuela",
        "meg": "margaret",
        "merche": "mercedes",
        "michi": "michael michaela",
        "mick": "michael mickael",
        "mike": "michael",
        "mimmo": "domenico",
        "nacho": "ignacio",
        "nanard": "bernard",
        "nando": "fernando ferdinando",
        "nella": "antonella",
        "nino": "antonino giovannino",
        "paco": "francisco",
        "pancho": "francisco",
        "patxi": "francisco",
        "peggy": "margaret",
        "pepe": "jose giuseppe",
        "pierrot": "pierre",
        "pino": "giuseppe",
        "pippo": "filippo giuseppe",
        "polly": "mary",
        "quique": "enrique",
        "rick": "richard",
        "sandy": "sandra alexandra",
        "sandro": "alessandro",
        "sepp": "josef joseph",
        "susi": "susanne",
        "ted": "edward theodore",
        "tina": "christina martina bettina valentina",
        "titi": "thierry",
        "tom": "thomas tommaso",
        "toni": "anton antonia antonio",
        "tony": "anthony antoine antonio",
        "toto": "salvatore antonio",
        "uli": "ulrich ulrike",
        "uschi": "ursula",
        "will": "william wilhelm guillaume",
        "willi": "wilhelm",
        "xavi": "xavier",
    }.items()
}
"""Short form -> first names, without accents; plain beginnings ("nico", "seb") need no entry."""
