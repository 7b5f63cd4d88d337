"""The engine's old libraries warn of each other when they are first imported: that is done here, unheard,
so that warnings in the tests themselves are still errors."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import rasa.core.agent
    import rasa.model_training
    import sklearn.feature_extraction.text
    import sklearn.linear_model
    import spacy  # noqa: F401
