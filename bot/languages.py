"""The one list of languages that we answer in. A new one is an entry here, nlu/<xx>/ and content/<xx>/."""

LANGUAGES = ("fi", "sv", "en")
DEFAULT = "fi"
