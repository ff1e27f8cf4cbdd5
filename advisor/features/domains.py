"""Domain words of a text, mapped to the domain vocabulary of the benchmarks (that of MTEB, in lower case)."""

from __future__ import annotations

import re

from advisor.features.found import Found

# Stems by domain, in English, German, French and Spanish; a stem matches the start of a word, `=` a whole word.
_STEMS: dict[str, str] = {
    "legal": "legal =law =laws lawyer lawsuit =court =courts =contract =contracts contractual =clause =clauses"
    " attorney litigation patent jurisdiction statut legislat =precedent =precedents =gdpr compliance"
    " vertrag verträge gerichts =gericht urteil gesetz =recht rechtlich rechtsprechung jurid =loi"
    " =lois contrat tribunal avocat legales jurídic contrato =ley =leyes sentencia solicitor paralegal"
    " verdict arbitration =nda =ndas",
    "medical": "medic clinic patient hospital doctor physician nurse disease diagnos radiolog drug =drugs pharma"
    " health therap tumor tumour cancer surgery biomed symptom mri mris x-ray arzt ärzt krank medizin"
    " gesundheit médic santé hôpital médec salud paciente anamnes dosage patholog icd-10 ct-",
    "financial": "financ bank =stocks stock-market stock-price invoice accounting =tax =taxes insurance investor"
    " earnings =revenue =audit =audits =auditors trading trader credit loan 10-k ledger treasury"
    " equity =cash rechnung versicherung steuer bilanz facture impôt =impuesto factura finanz"
    " cash-flow bullish bearish annual-report",
    "news": "=news newspaper =press press-release journalis headline reporter nachricht zeitung presse"
    " actualité noticia periódico prensa newsroom broadcaster",
    "academic": "academic scientif research-paper research-article =researchers =papers scholar thesis theses"
    " dissertation arxiv abstracts universit =journal =journals citation student pupil school lecture"
    " curricul textbook educat =courses exam-question =exams homework wissenschaft forschung =studie"
    " =studien scientifique universidad científic bildung schule hochschul",
    "social": "social-media tweet twitter facebook instagram reddit =posts tiktok mastodon hashtag forum"
    " comment =x.com soziale-medien sozialen-medien réseaux-sociaux redes-sociales social =social",
    "reviews": "=reviews product-review customer-review hotel-review =ratings testimonial bewertung rezension"
    " =avis reseña opinione opinión recensioni trustpilot",
    "e-commerce": "e-commerce ecommerce webshop web-shop online-shop online-store shopper shopping product-catalog"
    " product-listing product-title product-description retail marketplace onlineshop online-händler"
    " boutique-en-ligne tienda-online amazon checkout merchandise",
    "programming": "code =coding coder program =python =java =rust =sql javascript typescript c++ golang kotlin"
    " cobol software developer repositor github gitlab pull-request unit-test stack-overflow compiler"
    " refactor shell-script =api-docs copilot quellcode entwickler logiciel =programación código bash"
    " verilog",
    "government": "government parliament politic ministry municipal public-authorit citizen =tenders policy-papers"
    " election senate regierung parlament behörde verwaltung gouvernement parlementaire citoyen"
    " gobierno ayuntamiento public-sector",
    "engineering": "engineer technical-standard maintenance datasheet data-sheet cad-drawing mechanical technisch"
    " wartung ingenieur ingénieur ingenier",
    "chemistry": "chemi molecul compound reaction-scheme safety-data-sheet chimi quími",
    "fiction": "fiction novel =novels fairy-tale short-stor literary =romane erzählung novela =cuentos",
    "religious": "religio bible scripture quran koran sermon theolog hadith talmud kirche biblia",
    "music": "music =song =songs melod lyrics musik musique música",
    "sport": "sport athlet football soccer tennis basketball yoga fitness gym fußball deporte",
    "blog": "blog",
    "encyclopaedic": "wikipedia encyclop",
    "entertainment": "movie film =films cinema tv-show tv-series television gaming video-game película spielfilm"
    " streaming",
    "nature": "wildlife plant-species bird animal =animals biodivers species ecolog vögel oiseau",
    "subtitles": "subtitle untertitel sous-titre subtítulo",
    "spoken": "phone-call telephone call-centre call-center podcast interview spoken =speeches"
    " meeting-transcript call-transcript telefonat gespräch appels-téléphoniques llamada",
    "web": "web-page crawl webseite sites-web",
    "instructional": "how-to tutorial recipe instruction-manual user-manual handbook =manual =manuals handbuch"
    " handbücher manuel-d bedienungsanleitung receta cookbook",
    "poetry": "poem poetry =gedichte poème poesía",
}
_WORDS = re.compile(r"[^\W_]+(?:[+.'-][^\W_]+)*\+*")
_SHORTEST_STEM = 3


def domains_in(text: str) -> tuple[Found, ...]:
    """Domains that a text's words point to, in the order of their first mention.

    Returns:
        `Found` with field "domains"; the value is a word of the benchmarks' domain vocabulary in lower case.
    """
    found: dict[str, Found] = {}
    words = _WORDS.findall(text)
    for index, word in enumerate(words):
        pair = " ".join(words[index : index + 2])
        for phrase in (pair, word):
            for domain in _domains_of(phrase.casefold().replace(" ", "-")):
                found.setdefault(domain, Found("domains", domain, phrase, 0.9))
    return tuple(found.values())


def _domains_of(word: str) -> list[str]:
    hits = list(_WHOLE.get(word, ()))
    for end in range(_SHORTEST_STEM, len(word) + 1):
        hits += _START.get(word[:end], ())
    return hits


def _index(whole: bool) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for domain, stems in _STEMS.items():
        for stem in stems.split():
            if stem.startswith("=") == whole:
                table.setdefault(stem.removeprefix("="), []).append(domain)
    return table


_WHOLE, _START = _index(whole=True), _index(whole=False)
