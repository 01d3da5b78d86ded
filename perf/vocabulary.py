"""Words that generated benchmarks, letters and people are made of. None of it is true of anybody."""

THEMES = (
    "Human rights dialogue",
    "Summits and public statements",
    "Defenders",
    "Tibet",
    "Uyghur region",
    "Hong Kong",
    "United Nations",
    "Accountability",
    "Access",
    "Civil society",
    "Law reform",
    "Trade",
)

STATES = (
    *("Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czechia", "Denmark", "Estonia", "Finland"),
    *("France", "Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg"),
    *("Malta", "Netherlands", "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden"),
)

ADDRESSEES = (
    ("European Council", "eu_institution"),
    ("European Commission", "eu_institution"),
    ("External Action Service", "eu_institution"),
    ("European Parliament", "eu_institution"),
    ("Council of the Union", "eu_institution"),
    ("Human Rights Council", "un_body"),
    ("Office of the High Commissioner", "un_body"),
    *((name, "state") for name in STATES),
)

SIGNATORIES = tuple(
    (f"{what} {where}", "civil_society")
    for what in ("Watch", "Campaign for", "Lawyers for", "Friends of", "Centre for Rights in")
    for where in ("Tibet", "the Uyghur Region", "Hong Kong", "Inner Mongolia", "Open Dialogue")
)

DOINGS = (
    "Call in public for",
    "Raise at every round",
    "Publish a report on",
    "Set a date for",
    "Suspend the dialogue until",
    "Adopt conclusions on",
    "Fund independent work on",
    "Appoint an envoy for",
    "Ask at the Council for",
    "Sanction those responsible for the end of",
)

MATTERS = (
    "the release of named defenders",
    "unhindered access to Tibet",
    "visits without escort to the Uyghur region",
    "an end to boarding schools far from home",
    "an independent inquiry",
    "fair trials of lawyers",
    "ratification of the Covenant",
    "the closing of camps",
    "schools in the language of the home",
    "the safety of relatives abroad",
    "free choice of religious teachers",
    "a stop to forced labour in supply chains",
)

WHENCE = (
    "ahead of summits",
    "in the Council",
    "in bilateral talks",
    "with member states",
    "by parliament",
    "at the United Nations",
)

HAPPENED = (
    "The spokesperson named the matter after the meeting and gave no date.",
    "The readout leaves it out, although officials say that it was raised behind closed doors.",
    "A joint statement of twelve states takes up the ask in part.",
    "The answer of the institution repeats last year's, word for word.",
    "Two of those named were let go; nothing is known of the others.",
    "Parliament adopted a resolution and asked the Commission to report within a year.",
    "Officials were refused entry and said so in public.",
    "The law was amended; the new wording is wider than the old.",
)

PUBLISHERS = ("Official Journal", "Press service", "News agency", "Institute of Studies", "United Nations")
GIVEN_NAMES = ("Tenzin", "Dolma", "Aygul", "Ilham", "Mei", "Jun", "Sonam", "Rahile", "Wei", "Lhamo")
FAMILY_NAMES = ("Tsering", "Norbu", "Tursun", "Memet", "Zhang", "Li", "Gyatso", "Dawut", "Chen", "Dorje")
