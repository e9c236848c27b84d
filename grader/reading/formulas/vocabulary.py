"""The words around a formula: which ones introduce it, set it aside, make it doubtful, or are signs in letters."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ANSWER",
    "APPROXIMATE",
    "ARTICLES",
    "ASIDE",
    "BEING",
    "BESIDE",
    "CALCULATING",
    "CODE",
    "CONCLUDING",
    "COUNTED",
    "COUNTED_AT",
    "DEFINING",
    "DOUBTFUL",
    "FUNCTIONS",
    "GROWING",
    "HEDGING",
    "INFIX",
    "JOINING",
    "NEGATING",
    "NOTHING_BETWEEN",
    "NUMBERED",
    "NUMERALS",
    "POWERS",
    "PROSE",
    "QUANTITIES",
    "RETRACTING",
    "ROUNDED",
]

# fmt: off
#: Functions by every name that they go by, in small letters and without a module before them.
FUNCTIONS: Final = {
    "floor": "floor", "int": "trunc", "trunc": "trunc", "ceil": "ceil", "ceiling": "ceil", "round": "round",
    "abs": "abs", "min": "min", "minimum": "min", "max": "max", "maximum": "max", "exp": "exp", "log": "log",
    "ln": "log", "lg": "log2", "log2": "log2", "log10": "log10", "sqrt": "sqrt", "sigmoid": "sigmoid",
    "sigma": "sigmoid", "\u03c3": "sigmoid", "tanh": "tanh", "relu": "relu", "pow": "pow", "factorial": "factorial",
    "ent": "floor", "fact": "factorial",
}
INFIX: Final = {
    "times": "*", "mal": "*", "fois": "*", "por": "*", "plus": "+", "minus": "-", "moins": "-", "menos": "-",
    "mod": "%", "modulo": "%", "over": "/",
}
POWERS: Final = {"squared": "2", "cubed": "3"}
BEING: Final = frozenset(
    {"is", "are", "be", "equals", "equal", "becomes", "est", "ist", "sind", "es", "vaut", "vale", "sont", "son",
     "egal", "égal", "igual", "gleich", "beträgt", "égale", "gives", "yields", "ergibt", "donne", "da"}
)
APPROXIMATE: Final = frozenset(
    {"about", "approximately", "approx", "roughly", "circa", "ca", "environ", "etwa", "ungefähr"}
)
#: A formula behind one of these is what the student claims, whatever came before.
ANSWER: Final = frozenset(
    {"answer", "total", "totals", "final", "finally", "result", "altogether", "together", "overall", "ans", "solution",
     "sum", "réponse", "resultat", "résultat", "antwort", "ergebnis", "insgesamt", "gesamt", "respuesta", "resultado",
     "finalement", "summe", "somme", "suma", "zusammen", "combined", "tout", "conclusion"}
)
CONCLUDING: Final = frozenset(
    {"so", "thus", "hence", "therefore", "then", "consequently", "giving", "get", "gets", "gives", "yields", "means",
     "donc", "alors", "ainsi", "also", "daher", "somit", "folglich", "deshalb", "dann", "entonces", "luego", "obtains",
     "obtain", "needs", "need", "requires", "require", "takes", "costs", "makes", "ergibt", "macht", "soit", "ie",
     "namely", "simplifies", "becomes", "eso", "tanto",
     "sums", "adds", "amounts", "decir", "zusammengefasst", "needed", "required", "=>"}
)
#: A formula behind one of these explains or compares.
ASIDE: Final = frozenset(
    {"instead", "rather", "not", "vs", "versus", "compared", "unlike", "than", "without", "before", "was", "were",
     "would", "could", "check", "eg", "example", "cf", "because", "since", "as", "note", "if", "when", "whereas",
     "otherwise", "assuming", "assume", "nicht", "pas", "statt", "anstatt", "weil", "car", "parce", "porque", "puisque",
     "comme", "wenn", "si", "lieu", "vez", "whose", "each", "per", "every", "chaque", "jede", "jeder", "jedes", "cada",
     "pro", "par", "which", "from", "has", "have", "with", "of", "for", "in", "here", "there", "where", "about",
     "first", "using", "only", "part", "either", "hat", "haben", "tiene", "approximately", "roughly", "by"}
)
DEFINING: Final = frozenset(
    {"where", "let", "with", "given", "denote", "define", "defining", "denoting", "setting", "set", "using", "here",
     "call", "où", "avec", "soit", "soient", "mit", "wobei", "sei", "seien", "con", "donde", "sea", "sean", "avons",
     "and", "et", "und", "y", "letting", "put", "posons", "as", "since", "because"}
)
#: Directly before a formula, one of these takes it back or puts it beside another one.
HEDGING: Final = frozenset(
    {"or", "not", "nor", "never", "neither", "either", "maybe", "perhaps", "possibly", "probably", "isn't", "aren't",
     "can't", "cannot", "oder", "ou", "nicht", "kein", "pas", "vielleicht", "peut-être", "quizás", "guess", "unsure",
     "wrong", "twice", "double", "half", "triple", "thrice", "doppelt", "deux", "zweimal", "doble", "mitad", "except",
     "unless", "than", "beyond", "below", "above", "under", "sauf", "ausser", "außer", "excepto", "least",
     "most", "almost", "nearly", "fewer", "more", "less"}
)
#: Directly behind a formula, one of these changes it.
DOUBTFUL: Final = frozenset(
    {"or", "not", "maybe", "perhaps", "twice", "doubled", "halved", "tripled", "squared", "cubed", "times", "oder",
     "ou", "divided", "multiplied", "nicht", "minus", "plus", "half", "double", "thrice", "percent", "inverse", "guess"}
)
#: Before a formula, anywhere in its sentence, one of these denies or limits it.
NEGATING: Final = frozenset(
    {"hardly", "nobody", "fails", "fail", "different", "unequal", "niemals", "aucun", "ni", "bounded", "dominated",
     "kleiner", "größer", "als", "mehr", "peut-être", "tal", "not", "never", "neither", "nor", "isn't",
     "aren't", "don't", "doesn't", "didn't", "can't", "cannot", "wasn't",
     "won't", "anything", "nicht", "kein", "keine", "keinesfalls", "nie", "pas", "jamais", "nunca", "doubt", "wrong",
     "incorrect", "false", "falsch", "faux", "falso", "unsure", "guess", "guessing", "maybe", "perhaps",
     "possibly", "probably", "vielleicht", "wohl", "quizás", "quizas", "less", "fewer", "least", "höchstens",
     "mindestens", "weniger", "máximo", "mínimo", "exceeds", "exceed", "half", "twice", "double", "triple", "thrice",
     "doppelt", "zweimal", "dreimal", "doble", "mitad", "moitié", "hälfte", "hundred", "dozen"}
)
#: Behind a formula, anywhere in its sentence, one of these takes it back or changes it.
RETRACTING: Final = frozenset(
    {"lower", "upper", "mistake", "can't", "cannot", "divided", "multiplied", "over", "cut", "off", "raised", "another",
     "puissance", "elevado", "less", "more", "mal", "sure", "wrong", "incorrect", "false", "falsch", "faux",
     "fausse", "falso", "incorrecto", "nonsense", "mistaken", "stimmt",
     "sorry", "pardon", "scratch", "correction", "squared", "cubed", "doubled", "tripled", "halved", "twice", "thrice",
     "power", "hoch", "quadriert", "verdoppelt", "halbiert", "doublé", "carré", "doblado", "guess", "unsure", "doubt",
     "maybe", "perhaps", "vielleicht", "quizás"}
)
#: What a formula may be the amount of: "the size of 8*N*P" says 8*N*P, and "the square of it" does not.
QUANTITIES: Final = frozenset(
    {"size", "sizes", "memory", "shape", "shapes", "number", "total", "order", "cost", "costs", "complexity", "value",
     "amount", "footprint", "count", "dimension", "dimensions", "storage", "bytes", "byte", "octets",
     "requirement", "requirements",
     "use", "usage", "consumption", "time", "growth", "rate", "bound", "matrix", "tensor", "array", "tuple",
     "axis", "axes",
     "größe", "speicher", "speicherbedarf", "taille", "mémoire", "tamaño", "memoria", "ordnung", "ordre", "orden",
     "complexité", "complejidad", "aufwand", "coût", "coste", "costo", "komplexität", "form", "forme", "forma", "o",
     "big-o", "big", "gesamtzahl", "anzahl", "nombre", "número", "instead", "because", "out", "terms", "each",
     "all", "result",
     "answer", "product", "bits", "mb", "mib", "gb", "gib", "kb", "kib", "formula", "expression", "theta", "output"}
)
#: Between two formulas, one of these makes one formula of them.
JOINING: Final = frozenset({"plus", "minus", "times", "over", "sur", "sobre", "mal", "durch", "fois", "más", "moins",
     "menos"})
NUMERALS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}
ROUNDED: Final = frozenset({"rounded", "abgerundet", "aufgerundet"})
#: Words that calculate: with one of these beside it, a formula is not what it says.
CALCULATING: Final = frozenset(
    {"minus", "negative", "moins", "menos", "times", "derivative", "integral", "tenth", "dozens", "doppelte",
     "kehrwert",
     "transpose", "transposed", "reversed", "flattened", "squeezed", "summed", "averaged", "sixty", "twenty", "thirty",
     "forty", "fifty", "seventy", "eighty", "ninety", "point", "fois", "drittel", "viertel", "tercio",
     "tiers", "quart", "mrd", "tsd", "half", "halves", "third",
     "thirds", "quarter", "eighths", "fifth", "square", "root", "inverse", "reciprocal",
     "logarithm", "power", "cube", "durch", "geteilt", "hoch", "hälfte", "halbe", "halben", "wurzel", "quadratwurzel",
     "quadrat", "logarithmus", "carré", "moitié", "racine", "divisé", "mitad", "cuadrado", "raíz", "raiz", "dividido",
     "veces", "entre", "prozent", "ciento", "million",
     "millions", "millionen", "mio", "millones", "millón",
     "tausend", "mille", "mil", "milliarden", "billion", "billions",
     "thousand", "thousands", "hundred", "dozen", "factorial", "modulo", "divided", "multiplied", "deux",
     "trois",
     "zweimal", "dreimal", "twice", "double", "triple", "doppelt", "doble", "gflops", "mflops", "tflops",
     "kflops", "squared", "cubed"}
)
#: Words that say how fast something grows, or that it does not; beside O(...) they say it once more.
GROWING: Final = frozenset(
    {"independent", "depend", "depends", "unabhängig", "indépendant", "independiente", "quadratisch", "quadratique",
     "exponentiell", "exponential", "exponentially", "logarithmic", "logarithmisch", "quasilinear", "cubic",
     "quadratic",
     "linear", "linearly", "linéaire", "lineal", "lineare", "kubisch", "polynomial", "konstant", "constante",
     "constant",
     "cuadrático", "sublinear", "superlinear"}
)
#: What may stand between such a word and its formula.
BESIDE: Final = frozenset({"of", "the", "a", "an", "von", "der", "des", "de", "du", "la", "le", "el", "in", "on",
     "from",
                           "as", "much", "au", "al", "and", "by", "par", "por", "cent", "pour", "en", "aus"})
#: What formulas count; behind one of these nouns a times sign or "of 8 bytes each" goes on.
COUNTED: Final = frozenset(
    {"entries", "elements", "values", "numbers", "floats", "doubles", "samples", "images", "image", "channels", "rows",
     "columns", "pixels", "patches", "layers", "heads", "tokens", "params", "parameters", "weights", "filters",
     "features", "moments", "activations", "matrices", "tensors", "copies", "float64", "float32", "scalars", "arrays",
     "vectors", "éléments", "elemente", "elementos", "einträge", "entradas", "werte", "valeurs", "valores", "zahlen",
     "nombres", "multiplications", "operations", "states", "buffers", "entry", "units"}
)
COUNTED_AT: Final = frozenset(
    {"of", "at", "with", "à", "de", "zu", "je", "mit", "each", "values", "entries", "numbers", "taking", "take",
     "times",     "x", "a", "floats", "which", "need", "needing", "using", "having", "von", "con", "cada", "chacun",
     "float64", "jeweils"}
)
#: A number behind one of these numbers a part of the exam.
NUMBERED: Final = frozenset(
    {"problem", "question", "part", "section", "item", "exercise", "equation", "eq", "step", "page", "line", "figure",
     "frage", "aufgabe", "exercice", "ejercicio", "no", "nr", "chapter", "case"}
)
#: Program text that no formula holds.
CODE: Final = frozenset({"import", "lambda", "exec", "eval", "getattr", "setattr", "globals", "locals", "subprocess",
                         "javascript", "script", "os", "builtins", "select", "drop", "union", "insert"})
ARTICLES: Final = frozenset({"a", "an", "the", "i", "le", "la", "les", "der", "die", "das", "el", "los", "un", "une"})
# Between a relation and its formula these say nothing.
NOTHING_BETWEEN: Final = frozenset(
    {"equal", "to", "just", "simply", "exactly", "now", "then", "also", "thus", "again", "only", "still", "the", "a",
     "therefore", "hence", "so", "obviously", "clearly", "à", "of", "always", "both", "each"}
)
#: Short words that never stand for a product of names.
PROSE: Final = (
    ARTICLES | BEING | ANSWER | CONCLUDING | ASIDE | DEFINING | HEDGING | DOUBTFUL | NOTHING_BETWEEN | frozenset(
    {"on", "at", "do", "no", "it", "we", "us", "my", "me", "he", "up", "out", "am", "its", "this", "that", "these",
     "our",      "can", "ok", "yes", "use", "used", "uses", "size", "sizes", "shape", "memory",
     "time", "cost", "space", "entries",
     "numbers", "number", "values", "value", "elements", "parameters", "bias", "weights", "output", "input", "layer",
     "layers", "samples", "sample", "channels", "filters", "filter", "kernel", "stride", "image", "images", "patch",
     "patches", "matrix", "tensor", "tensors", "array", "rows", "row", "columns", "column", "cols", "axis", "axes",
     "total", "complexity", "flops", "operations", "ops", "multiplications", "additions", "multiply", "adds", "add",
     "des", "du", "de", "en", "dans", "sur", "pour", "von", "zu", "auf", "im", "ein", "eine", "einen", "del",
     "al", "lo", "se", "que", "qui", "ce", "cette", "il", "wir", "wird", "werden", "und", "nous", "para", "una",
     "uno", "per", "via", "got", "due", "too", "old", "new", "any", "few", "one", "two", "him", "her", "his", "she",
     "they", "them", "but", "yet", "nor", "how", "why", "what", "who", "big", "small", "order", "bound", "tight"}
))
# fmt: on
