"""Names, towns, goods and phrases in five languages. Surnames are put together: most are rare, some common."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COUNTRIES = ("FR", "DE", "GB", "ES", "IT")
LANGUAGE = {"FR": "fr", "DE": "de", "GB": "en", "ES": "es", "IT": "it"}

FIRST = {
    "FR": _words(
        "Aurélien Bérénice Cédric Delphine Edgar Fanny Gaspard Héloïse Ivan Joséphine Killian Ludivine Maël "
        "Noémie Octave Perrine Quentin Rosalie Séverine Tristan Ulysse Violette Yohan Zélie Anne-Laure "
        "Jean-Noël Marie-Ange"
    ),
    "DE": _words(
        "Albrecht Brigitte Carsten Dörte Eckhard Frauke Gerrit Hannelore Ingolf Jutta Knut Liesel Meinhard "
        "Nele Otmar Petra Rainer Silke Thilo Ulrike Volker Wiebke Jörg Käthe Björn Karl-Heinz Anna-Lena"
    ),
    "GB": _words(
        "Alistair Bronwen Cedric Dorothy Ewan Fiona Gareth Hazel Imogen Jasper Kirsty Lachlan Maisie Nigel "
        "Olwen Percy Rhys Sheila Tobias Una Vernon Winifred Iris Barnaby Geoffrey"
    ),
    "ES": _words(
        "Adolfo Belén Crisanto Dolores Eloy Fermín Gema Hilario Inmaculada Jacinto Leocadia Macarena Nicanor "
        "Olalla Pascual Rosario Saturnino Trinidad Urbano Visitación Yolanda José-Luis Begoña Íñigo"
    ),
    "IT": _words(
        "Adalgisa Benedetto Carmela Domenico Ermanno Fiorella Gennaro Ilaria Lorenzo Mafalda Nunzio Ornella "
        "Pasquale Quirino Rosalba Saverio Tosca Ubaldo Viviana Zaira Gianfranco Pierluigi Nicolò"
    ),
}
STEMS = {
    "FR": _words(
        "Bar Blon Cha Cour Del Fau Gar Jou Lam Mar Mou Per Pra Rous Sau Tho Val Ver Bou Cor Dau Fer Gil Lav Mal"
    ),
    "DE": _words(
        "Acker Brink Dorn Eber Fichten Grote Harn Imm Jung Kessel Lüder Möll Nord Oster Pfister Quaden Röder "
        "Schlüter Tiede Uhl Vogt Wester Zorn Krä Hölz"
    ),
    "GB": _words(
        "Arl Birk Cald Dun East Fair Gold Hart Ing Kirk Lock Mars Nether Oak Pem Rad Stan Thirl Under Wake "
        "Yard Holl Brock Clay Dray"
    ),
    "ES": _words(
        "Alc Barr Cald Duer Esp Frí Gal Herr Izq Jar Lar Mend Nav Ord Per Quint Rob Sol Torr Urr Val Yag Zab Mor"
    ),
    "IT": _words(
        "Alb Bran Cant Dor Esp Fal Gand Lomb Mart Nar Orl Pell Quar Riv Salv Tam Urb Vent Zan Bell Cors Frat Grim"
    ),
}
ENDINGS = {
    "FR": _words("ard aud eau ier in on ot elle ville chet dier court quet nault neuve mand tel bois rain let"),
    "DE": _words("mann berg hof meyer kamp stein bach feld horst wald er ke inger loh brecht sen rich dieck"),
    "GB": _words("by den field ford ham head ing land ley more over ridge son stead ton well wick worth burn bury"),
    "ES": _words("ez ero illo ano eda osa ica ales iente era ondo ado uña ura anza ejo iz arra"),
    "IT": _words("ini elli etti acci one aro essi ucci eri olli ari azzo etta igo oni ante isi otto"),
}
COMMON = {
    "FR": _words("Roche Bonnet Colin Vidal Perrin"),
    "DE": _words("Kaiser Fuchs Scholz Vogel Roth"),
    "GB": _words("Walker Hughes Carter Mills Shaw"),
    "ES": _words("Ortiz Rubio Molina Serrano Castro"),
    "IT": _words("Greco Conti Rizzo Bruno Gallo"),
}
TOWNS = {
    "FR": "Agen 47|Albi 81|Alençon 61|Auch 32|Beauvais 60|Blois 41|Cahors 46|Carcassonne 11|Chartres 28|"
    "Épinal 88|Évreux 27|Gap 05|Guéret 23|Laon 02|Mâcon 71|Mende 48|Nevers 58|Privas 07|Rodez 12|"
    "Saint-Brieuc 22|Saint-Lô 50|Tarbes 65|Tulle 19|Vesoul 70|Villefranche-sur-Saône 69",
    "DE": "Ansbach 91|Bayreuth 95|Coburg 96|Detmold 32|Emden 26|Flensburg 24|Görlitz 02|Husum 25|Jena 07|"
    "Kempten 87|Landshut 84|Marburg 35|Neubrandenburg 17|Oldenburg 26|Passau 94|Rheine 48|"
    "Schwäbisch Hall 74|Tübingen 72|Uelzen 29|Verden 27|Wismar 23|Zwickau 08|Bad Kissingen 97|"
    "Lüneburg 21",
    "GB": "Alnwick NE|Barnsley S|Bodmin PL|Carlisle CA|Dorchester DT|Durham DH|Ely CB|Falkirk FK|"
    "Galashiels TD|Hereford HR|Inverness IV|Kendal LA|Lincoln LN|Margate CT|Newquay TR|Oban PA|"
    "Perth PH|Redcar TS|Shrewsbury SY|Taunton TA|Truro TR|Wrexham LL|Yeovil BA|Bury St Edmunds IP",
    "ES": "Ávila 05|Cáceres 10|Ciudad Real 13|Cuenca 16|Gandía 46|Girona 17|Guadalajara 19|Huesca 22|"
    "Jaén 23|Linares 23|Lorca 30|Lugo 27|Mérida 06|Motril 18|Ourense 32|Palencia 34|Ponferrada 24|"
    "Reus 43|Segovia 40|Soria 42|Teruel 44|Tudela 31|Zamora 49|Torrelavega 39",
    "IT": "Alessandria 15|Ancona 60|Aosta 11|Arezzo 52|Asti 14|Avellino 83|Belluno 32|Biella 13|"
    "Campobasso 86|Cremona 26|Cuneo 12|Gorizia 34|Grosseto 58|L'Aquila 67|La Spezia 19|Lecce 73|"
    "Lucca 55|Macerata 62|Mantova 46|Matera 75|Nuoro 08|Potenza 85|Rieti 02|Savona 17",
}
BRANDS = _words("Ostrevel Kandoro Miravent Tulvane Brisko Helmora Zefirio Quorva")
OTHERS = _words("Walmeda Nirtosa Fencora Brandal Oxylume")  # makers that we do not sell
MODELS = _words("Uno Duo Prime Solo Nest Verve Axis Core")
GOODS: tuple[dict[str, tuple[str, str]], ...] = (  # title, and how people call it
    {"fr": ("Tondeuse à Barbe Rechargeable", "tondeuse"), "de": ("Bartschneider Akku Wasserdicht", "Bartschneider"),
     "en": ("Rechargeable Beard Trimmer", "beard trimmer"), "es": ("Recortadora de Barba Recargable", "recortadora"),
     "it": ("Regolabarba Ricaricabile", "regolabarba")},
    {"fr": ("Tapis de Yoga Antidérapant", "tapis de yoga"), "de": ("Yogamatte Rutschfest Extra Dick", "Yogamatte"),
     "en": ("Non-Slip Yoga Mat Extra Thick", "yoga mat"), "es": ("Esterilla de Yoga Antideslizante", "esterilla"),
     "it": ("Tappetino Yoga Antiscivolo", "tappetino")},
    {"fr": ("Poêle en Fonte 28 cm", "poêle"), "de": ("Gusseisen Bratpfanne 28 cm", "Pfanne"),
     "en": ("Cast Iron Frying Pan 28 cm", "frying pan"), "es": ("Sartén de Hierro Fundido 28 cm", "sartén"),
     "it": ("Padella in Ghisa 28 cm", "padella")},
    {"fr": ("Parapluie Pliant Automatique", "parapluie"), "de": ("Regenschirm Faltbar Automatik", "Regenschirm"),
     "en": ("Automatic Folding Umbrella", "umbrella"), "es": ("Paraguas Plegable Automático", "paraguas"),
     "it": ("Ombrello Pieghevole Automatico", "ombrello")},
    {"fr": ("Balance de Cuisine Numérique", "balance"), "de": ("Küchenwaage Digital Edelstahl", "Küchenwaage"),
     "en": ("Digital Kitchen Scale Steel", "kitchen scale"), "es": ("Báscula de Cocina Digital", "báscula"),
     "it": ("Bilancia da Cucina Digitale", "bilancia")},
    {"fr": ("Oreiller à Mémoire de Forme", "oreiller"), "de": ("Kopfkissen Memory Schaum", "Kopfkissen"),
     "en": ("Memory Foam Pillow", "pillow"), "es": ("Almohada Viscoelástica", "almohada"),
     "it": ("Cuscino Memory Foam", "cuscino")},
    {"fr": ("Perceuse Visseuse Sans Fil", "perceuse"), "de": ("Akkuschrauber Set 18V", "Akkuschrauber"),
     "en": ("Cordless Screwdriver Set 18V", "screwdriver"), "es": ("Atornillador Inalámbrico 18V", "atornillador"),
     "it": ("Avvitatore Senza Fili 18V", "avvitatore")},
    {"fr": ("Gourde Isotherme Inox", "gourde"), "de": ("Thermosflasche Trinkflasche Edelstahl", "Thermosflasche"),
     "en": ("Insulated Water Bottle Steel", "water bottle"), "es": ("Botella Térmica de Acero", "botella"),
     "it": ("Borraccia Termica Acciaio", "borraccia")},
    {"fr": ("Rideau de Douche Lavable", "rideau de douche"), "de": ("Duschvorhang Waschbar", "Duschvorhang"),
     "en": ("Washable Shower Curtain", "shower curtain"), "es": ("Cortina de Ducha Lavable", "cortina"),
     "it": ("Tenda Doccia Lavabile", "tenda")},
    {"fr": ("Clavier Mécanique Rétroéclairé", "clavier"), "de": ("Mechanische Tastatur Beleuchtet", "Tastatur"),
     "en": ("Mechanical Keyboard Backlit", "keyboard"), "es": ("Teclado Mecánico Retroiluminado", "teclado"),
     "it": ("Tastiera Meccanica Retroilluminata", "tastiera")},
)  # fmt: skip
SAID = {  # openings; what is stated; the slots are {goods} {brand} {town} {sum} {day} {ago} {id} {parcel}
    "fr": {
        "open": ("Une honte.", "Je suis furieux, aucune nouvelle depuis des semaines.", "Rien ne va chez eux", "Fuyez.",
                 "Colis fantôme !", "Bon vendeur, envoi soigné.", "On se moque du monde"),
        "goods": ("J'avais pris {goods} de chez {brand}.", "mon {goods} {brand} est resté en route",
                  "un {goods}, marque {brand}"),
        "town": ("Livraison prévue à {town}", "J'habite {town}.", "point relais de {town}, personne"),
        "sum": ("{sum} partis en fumée", "débité de {sum}", "On me doit {sum}."),
        "day": ("Achat fait le {day}.", "payé le {day}"), "ago": ("il y a {ago} jours exactement",),
        "id": ("Réf {id}", "n° de commande: {id}", "({id})"), "parcel": ("suivi {parcel} bloqué",),
    },
    "de": {
        "open": ("Unverschämtheit.", "Seit Wochen keine Antwort vom Support.", "Nie wieder!",
                 "Finger weg von dem Laden",
                 "Alles prima gelaufen.", "Betrug?", "Ich bin stinksauer"),
        "goods": ("Es geht um {goods} von {brand}.", "{goods} ({brand}) kam nicht an",
                  "habe {goods} der Firma {brand} gekauft"),
        "town": ("Lieferung nach {town}.", "wohne in {town}", "Paketshop {town} weiß von nichts"),
        "sum": ("{sum} sind weg", "abgebucht wurden {sum}.", "warte auf {sum}"),
        "day": ("Gekauft am {day}.", "bezahlt am {day}"), "ago": ("das war vor {ago} Tagen",),
        "id": ("Auftrag {id}", "Bestellnr. {id}.", "({id})"), "parcel": ("Sendung {parcel} hängt fest",),
    },
    "en": {
        "open": ("Shambles.", "Three emails and not one reply.", "Avoid like the plague", "Utterly fed up with them.",
                 "Great seller, all fine.", "Daylight robbery!", "What a joke of a company"),
        "goods": ("Got a {goods} made by {brand}.", "my {brand} {goods} never turned up",
                  "paid for one {goods} ({brand})"),
        "town": ("Should have come to {town}.", "I'm in {town}", "the depot near {town} has no clue"),
        "sum": ("{sum} down the drain", "they charged {sum}.", "still owed {sum}"),
        "day": ("Bought on {day}.", "paid on {day}"), "ago": ("that was {ago} days ago",),
        "id": ("Ref {id}", "order no. {id}.", "({id})"), "parcel": ("parcel {parcel} is stuck",),
    },
    "es": {
        "open": ("Vergonzoso.", "Nadie contesta a mis correos.", "No compréis aquí", "Estoy indignado.",
                 "Todo perfecto, recomendable.", "¡Ladrones!", "Qué desastre de empresa"),
        "goods": ("Pedí {goods} de {brand}.", "mi {goods} {brand} no ha llegado", "compré una {goods} marca {brand}"),
        "town": ("El envío iba a {town}.", "vivo en {town}", "la oficina de {town} no sabe nada"),
        "sum": ("{sum} tirados", "me cobraron {sum}.", "me deben {sum}"),
        "day": ("Comprado el {day}.", "pagado el {day}"), "ago": ("fue hace {ago} días",),
        "id": ("Ref. {id}", "nº de pedido {id}.", "({id})"), "parcel": ("paquete {parcel} perdido",),
    },
    "it": {
        "open": ("Vergogna.", "Nessuno risponde alle mie mail.", "State lontani", "Sono esasperato.",
                 "Venditore serio, tutto ok.", "Una truffa!", "Che delusione"),
        "goods": ("Avevo preso {goods} di {brand}.", "il mio {goods} {brand} non è arrivato",
                  "pagato un {goods} marca {brand}"),
        "town": ("Consegna a {town}.", "abito a {town}", "il deposito di {town} non sa nulla"),
        "sum": ("{sum} buttati", "mi hanno addebitato {sum}.", "aspetto {sum}"),
        "day": ("Comprato il {day}.", "pagato il {day}"), "ago": ("era {ago} giorni fa",),
        "id": ("Rif {id}", "ordine numero {id}.", "({id})"), "parcel": ("pacco {parcel} fermo",),
    },
}  # fmt: skip
MONTHS = {
    "fr": _words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "de": _words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "en": _words("January February March April May June July August September October November December"),
    "es": _words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    "it": _words("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
}
SHORT = {"Edgar": "Ed", "Joséphine": "Jo", "Albrecht": "Albi", "Hannelore": "Hanne", "Dorothy": "Dot",
         "Geoffrey": "Geoff",
         "Winifred": "Win", "Dolores": "Lola", "Rosario": "Charo", "Lorenzo": "Renzo", "Domenico": "Mimmo"}  # fmt: skip
NOBODY = (
    ("grumpy", "velvet", "turbo", "misty", "captain", "silent", "purple", "nocturne", "granit", "ortie"),
    ("otter", "comet", "biscuit", "harbour", "wombat", "tempete", "kobold", "lince", "tasso", "pixel"),
)
VEILED = ("Anonyme", "Kunde", "A customer", "Cliente", "Utente")
