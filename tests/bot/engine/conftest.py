"""The engine's old libraries warn of each other when they are first imported: that is done here, unheard,
so that warnings in the tests themselves are still errors."""

import importlib
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for name in ("rasa.core.agent", "rasa.engine.recipes.default_components", "sklearn.linear_model", "spacy"):
        importlib.import_module(name)
