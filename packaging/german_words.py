"""The German words of the packs that come with the app, written into their manifests.

    python packaging/german_words.py

Phrases stand for the pack's own words (docs/reference/formats/pack.md). An adjective is given once, and its endings are
made here. Written again after a pack was built anew; what does not mean what it should is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from rtedit_desktop.packs.manifest import reading as manifests

ROOT = Path(__file__).resolve().parents[1]
PACKS = ROOT / "resources" / "packs"

# Little words, and those of degree.
COMMON = {
    "a": "ein eine einen einem einer eines",
    "the": "der die das den dem des",
    "and": "und",
    "with": "mit",
    "without": "ohne",
    "no": "kein keine keinen keinem keiner",
    "not": "nicht",
    "in": "im",
    "on": "auf vor",
    "at": "bei beim",
    "as": "als",
    "of": "von vom",
    "like": "wie",
    "very": "sehr stark starker starke starkes starken starkem",
    "slightly": "leicht leichter leichte leichtes leichten leichtem etwas bisschen wenig",
    "subtle": "dezent dezente dezenter dezentes dezenten",
    "less": "weniger",
    "too": "zu",
    "remove": "entferne entfernen entfernt entfernst lösche löschen",
    "away": "weg",
    "please": "bitte",
    "make": "mach mache machen macht färbe färben",
    "give": "gib geben",
    "put": "setz setze",
    "want": "will möchte hätte",
    "look": "aussehen aussieht",
    "i": "ich",
    "me": "mich mir",
    "my": "mein meine meinen meinem meiner",
    "you": "du dich dir",
    "she": "sie",
    "he": "er",
    "him": "ihn ihm",
    "it": "es",
    "is": "ist sind",
    "but": "aber",
    "or": "oder",
    "also": "auch noch dazu gern gerne",
    "for": "für",
    "to": "zum zur",
    "more": "mehr",
    "now": "jetzt",
    "this": "dieses diese diesen diesem",
    "man": "Mann",
    "face": "Gesicht Gesichts",
    "portrait": "Porträt Portrait",
    "photo": "Foto Fotografie Bild Bilder Aufnahme",
    "person": "Person Mensch",
    "woman": "Frau",
    "her": "ihr ihre ihren",
    "his": "sein seine seinen",
    "wearing": "trägt tragend",
}

COLOURS = {
    "red": ["rot"], "blue": ["blau"], "green": ["grün"], "yellow": ["gelb"], "orange": ["orange"], "pink": ["rosa"],
    "purple": ["lila", "violett"], "brown": ["braun"], "black": ["schwarz"], "white": ["weiß"], "grey": ["grau"],
    "silver": ["silbern"], "golden": ["golden"], "blond": ["blond"],
}  # fmt: skip

AVATARS_ADJECTIVES = {
    **COLOURS,
    "smiling": ["lächelnd", "lachend"],
    "happy": ["glücklich", "froh"], "cheerful": ["fröhlich", "heiter"],
    "angry": ["wütend", "zornig", "böse"], "furious": ["rasend"], "sad": ["traurig"], "unhappy": ["unglücklich"],
    "surprised": ["überrascht"], "astonished": ["erstaunt"], "shocked": ["erschrocken", "schockiert"],
    "silly": ["albern"], "serious": ["ernst"], "neutral": ["neutral"], "sleeping": ["schlafend"],
    "sleepy": ["schläfrig", "müde"], "bald": ["kahl", "glatzköpfig"], "bearded": ["bärtig"], "long": ["lang"],
    "short": ["kurz"], "curly": ["lockig"], "frizzy": ["kraus"], "old": ["alt"], "light": ["hell"], "dark": ["dunkel"],
    "pale": ["blass", "bleich"], "tanned": ["gebräunt"], "warm": ["warm"], "elegant": ["elegant"], "open": ["offen"],
    "closed": ["geschlossen"], "big": ["groß"], "loving": ["verliebt"], "drawn": ["gezeichnet"],
    "pixelated": ["verpixelt"],
}  # fmt: skip

AVATARS_WORDS = {
    "hair": "Haar Haare Haaren", "sunglasses": "Sonnenbrille Sonnenbrillen", "glasses": "Brille Brillen",
    "beard": "Bart Bärte", "moustache": "Schnurrbart Schnauzbart Schnauzer", "hat": "Hut Mütze", "cap": "Kappe",
    "beanie": "Wollmütze", "turban": "Turban", "hijab": "Hidschab", "headscarf": "Kopftuch",
    "eyes": "Augen", "eye": "Auge", "eyepatch": "Augenklappe", "mouth": "Mund", "tongue": "Zunge", "skin": "Haut",
    "clothes": "Kleidung Kleider Kleidern", "suit": "Anzug", "shirt": "Hemd", "jacket": "Jacke",
    "hoodie": "Kapuzenpulli", "background": "Hintergrund", "night": "Nacht nachts", "moonlight": "Mondlicht",
    "sketch": "Skizze", "drawing": "Zeichnung", "smile": "Lächeln", "alien": "Außerirdischer", "hearts": "Herzen",
    "winter hat": "Wintermütze", "chef hat": "Kochmütze", "heart eyes": "Herzaugen",
    "pixel art": "Pixelkunst Pixelbild",
    "cowboy hat": "Cowboyhut", "afro": "Afrolook", "pirate": "Pirat", "neutral face": "neutraler_Gesichtsausdruck",
    "with a beard": "mit_Bart", "with a winter hat": "mit_Wintermütze", "with a moustache": "mit_Schnurrbart",
    "with an eyepatch": "mit_Augenklappe", "with a chef hat": "mit_Kochmütze", "with a turban": "mit_Turban",
    "with a hat": "mit_Hut mit_Mütze", "in a suit": "im_Anzug", "in a hoodie": "im_Kapuzenpulli im_Hoodie",
    "on a yellow background": "auf_gelbem_Hintergrund vor_gelbem_Hintergrund",
    "on a blue background": "auf_blauem_Hintergrund vor_blauem_Hintergrund", "as a sketch": "als_Skizze",
}  # fmt: skip

AVATARS_SUGGESTIONS = {
    "smiling face": "lachendes Gesicht", "face with sunglasses": "Gesicht mit Sonnenbrille",
    "face with a beard": "Gesicht mit Bart", "angry face": "wütendes Gesicht",
    "face with blond hair": "Gesicht mit blonden Haaren", "face with a winter hat": "Gesicht mit Wintermütze",
    "surprised face": "überraschtes Gesicht", "face with glasses": "Gesicht mit Brille",
    "face with pink hair": "Gesicht mit rosa Haaren", "sad face": "trauriges Gesicht",
    "face with a moustache": "Gesicht mit Schnurrbart", "bald face": "kahles Gesicht",
    "face with long hair": "Gesicht mit langen Haaren", "face with curly hair": "Gesicht mit lockigen Haaren",
    "face with an eyepatch": "Gesicht mit Augenklappe", "face with heart eyes": "Gesicht mit Herzaugen",
    "sleeping face": "schlafendes Gesicht", "silly face": "albernes Gesicht",
    "face with a chef hat": "Gesicht mit Kochmütze", "face with a turban": "Gesicht mit Turban",
    "face with red hair": "Gesicht mit roten Haaren", "face with green skin": "Gesicht mit grüner Haut",
    "face in a suit": "Gesicht im Anzug", "face in a hoodie": "Gesicht im Kapuzenpulli",
    "face with red clothes": "Gesicht mit roter Kleidung",
    "face on a yellow background": "Gesicht auf gelbem Hintergrund",
    "face on a blue background": "Gesicht auf blauem Hintergrund", "face at night": "Gesicht bei Nacht",
    "face in sepia": "Gesicht in Sepia", "face as a sketch": "Gesicht als Skizze",
    "face as pixel art": "Gesicht als Pixelkunst",
}  # fmt: skip

AVATARS_TITLES = {
    "Beard": "Bart", "Pink hair": "Rosa Haare", "Smiling": "Lächeln", "Sunglasses": "Sonnenbrille",
    "Winter hat": "Wintermütze",
}  # fmt: skip

PORTRAITS_ADJECTIVES = {
    "red": ["rot"], "blue": ["blau"], "pink": ["rosa"], "orange": ["orange"], "black": ["schwarz"], "white": ["weiß"],
    "grey": ["grau"], "silver": ["silbern"], "golden": ["golden"], "blond": ["blond"], "old": ["alt"],
    "short": ["kurz"], "unshaven": ["unrasiert"], "tanned": ["gebräunt", "braungebrannt"],
    "suntanned": ["sonnengebräunt"], "pale": ["blass", "bleich"], "fair": ["hellhäutig"],
    "warm": ["warm"], "cool": ["kühl"], "cold": ["kalt"], "dark": ["dunkel"], "vivid": ["lebhaft", "kräftig"],
    "saturated": ["gesättigt"], "bright": ["strahlend"], "colourful": ["farbenfroh", "bunt"],
    "dramatic": ["dramatisch"], "moody": ["stimmungsvoll"], "faded": ["verblasst", "ausgeblichen"], "matte": ["matt"],
    "cinematic": ["filmisch"], "monochrome": ["einfarbig", "monochrom"], "antique": ["antik"],
}  # fmt: skip

PORTRAITS_WORDS = {
    "hair": "Haar Haare Haaren", "lips": "Lippen", "lipstick": "Lippenstift", "skin": "Haut", "eyes": "Augen",
    "light": "Licht hell helle helles hellen hellem", "colours": "Farben Farbe",
    "tones": "Töne Tönen Farbtöne Farbtönen", "night": "Nacht nachts",
    "moonlight": "Mondlicht Mondschein", "sepia": "Sepia", "mascara": "Wimperntusche", "rose": "Rosé",
    "stubble": "Stoppel Stoppeln Stoppelbart Bartstoppeln Dreitagebart Drei-Tage-Bart", "eyeshadow": "Lidschatten",
    "eye makeup": "Augen-Make-up Augen-Makeup geschminkte_Augen geschminkten_Augen",
    "tan": "Bräune Sonnenbräune", "tanned": "braun_gebrannt bräuner",
    "black and white": "schwarzweiß schwarz-weiß Schwarzweiß Schwarzweißfoto",
    "golden light": "goldenes_Licht goldenem_Licht goldene_Stunde goldenen_Stunde Abendsonne",
    "golden hour light": "Licht_der_goldenen_Stunde", "at sunset": "bei_Sonnenuntergang Sonnenuntergang",
    "at night": "bei_Nacht in_der_Nacht", "in moonlight": "im_Mondlicht im_Mondschein bei_Mondlicht",
    "vintage film photo": "altes_Filmfoto Filmfoto", "retro photo": "Retrofoto Retro-Foto",
    "film noir portrait": "Film-noir-Porträt", "film noir": "Film-noir-Stil",
    "cinematic photo": "Kinobild Filmbild",
    "teal and orange": "Türkis_und_Orange", "sepia photo": "Sepiafoto Sepiabild",
    "rose tint": "Rosastich", "greyscale photograph": "Graustufen Graustufenbild",
    "bright photo": "helles_Foto helles_Bild aufhellen", "dramatic": "Dramatik", "film": "Film",
    "eyeliner": "Eyeliner Lidstrich", "evening light": "Abendlicht", "movie": "Kino Kinofilm",
    "contrast": "Kontrast Kontraste", "high contrast": "kontrastreich", "muted colours": "gedämpfte_Farben",
    "blue tones": "Blautöne Blautönen", "lighter skin": "hellere_Haut",
    "lighter": "heller", "warm": "wärmer", "cold": "kälter", "beard": "Bart",
}  # fmt: skip

PORTRAITS_SUGGESTIONS = {
    "face": "Gesicht", "photo": "Foto", "portrait": "Porträt",
    "tanned face": "gebräuntes Gesicht", "face with red lipstick": "Gesicht mit rotem Lippenstift",
    "portrait in golden hour light": "Porträt im Licht der goldenen Stunde",
    "black and white photo": "Schwarzweißfoto", "vintage film photo": "altes Filmfoto",
    "face with stubble": "Gesicht mit Bartstoppeln", "sepia photo": "Sepiafoto", "pale face": "blasses Gesicht",
    "portrait at night": "Porträt bei Nacht", "vivid colours": "lebhafte Farben", "warm photo": "warmes Foto",
    "portrait in moonlight": "Porträt im Mondlicht", "film noir portrait": "Film-noir-Porträt",
    "cool photo": "kühles Foto", "bright photo": "helles Foto", "dramatic photo": "dramatisches Foto",
    "face with eye makeup": "Gesicht mit Augen-Make-up", "face with blond hair": "Gesicht mit blonden Haaren",
    "face with grey hair": "Gesicht mit grauen Haaren",
    "faded photo": "verblasstes Foto", "cinematic photo": "filmisches Foto", "rose-tinted photo": "Foto mit Rosastich",
}  # fmt: skip

PORTRAITS_TITLES = {
    "Stubble": "Bartstoppeln", "Red lipstick": "Roter Lippenstift", "Eye makeup": "Augen-Make-up", "Tan": "Bräune",
    "Pale": "Blass", "Blond hair": "Blonde Haare", "Grey hair": "Graue Haare", "Black and white": "Schwarzweiß",
    "Sepia": "Sepia", "Golden light": "Goldenes Licht", "Night": "Nacht", "Film": "Film", "Vivid": "Lebhaft",
    "Warm": "Warm", "Cool": "Kühl", "Bright": "Hell", "Dramatic": "Dramatisch", "Faded": "Verblasst", "Cinema": "Kino",
    "Moonlight": "Mondlicht", "Rose": "Rosé", "Noir": "Noir",
}  # fmt: skip


def words(plain: dict[str, str], adjectives: dict[str, list[str]]) -> dict[str, list[str]]:
    """The pack's words, and all forms in which German says them."""
    found: dict[str, list[str]] = {}
    for table in (COMMON, plain):
        for own, phrases in table.items():
            found.setdefault(own, []).extend(phrase.replace("_", " ") for phrase in phrases.split())
    for own, bases in adjectives.items():
        found.setdefault(own, []).extend(form for base in bases for form in forms(base))
    return found


def forms(adjective: str) -> Iterator[str]:
    """With each of its endings."""
    yield adjective
    if adjective not in ("rosa", "lila", "orange"):
        stem = "dunkl" if adjective == "dunkel" else adjective
        yield from (stem + ending for ending in ("e", "er", "es", "en", "em"))


LANGUAGES = {
    "avatars": (AVATARS_WORDS, AVATARS_ADJECTIVES, AVATARS_SUGGESTIONS, AVATARS_TITLES),
    "portraits": (PORTRAITS_WORDS, PORTRAITS_ADJECTIVES, PORTRAITS_SUGGESTIONS, PORTRAITS_TITLES),
}


def main() -> None:
    for pack, (plain, adjectives, suggestions, titles) in LANGUAGES.items():
        file = PACKS / pack / "manifest.json"
        layout = json.loads(file.read_text("utf-8"))
        layout.pop("languages", None)
        info = manifests.parse(layout, file.parent).info
        suggested = {one.prompt for one in info.suggestions} | {one.source for one in info.suggestions if one.source}
        phrases = {phrase for edit in info.edits for phrase in edit.phrases}
        known = {own: some for own, some in words(plain, adjectives).items() if not info.unknown_words(own)}
        german = {
            "source": "Gesicht",
            "words": known,
            "suggestions": {own: text for own, text in suggestions.items() if own in suggested | phrases},
            "titles": titles,
        }
        layout["languages"] = {"de": german}
        manifests.parse(layout, file.parent)
        file.write_text(json.dumps(layout, indent=2, ensure_ascii=False) + "\n", "utf-8")
        print(pack, "in its own words:", ", ".join(sorted(suggested - suggestions.keys())) or "nothing")
        print(pack, "unknown:", ", ".join(sorted(words(plain, adjectives).keys() - known.keys())) or "nothing")


if __name__ == "__main__":
    main()
