"""`polku bench`: Polku beside the assistant that a Rasa user would have from `rasa init`, in one run."""
