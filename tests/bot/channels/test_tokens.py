import pytest

from bot.channels.tokens import ForgedToken, Tokens


def test_a_token_names_its_conversation():
    tokens = Tokens("secret")
    assert tokens.conversation_of(tokens.token("abc")) == "abc"


@pytest.mark.parametrize("token", ["", ".", "abc", "abc.", "abc.wrong", ".abc", "abc.\u00e4", "a.b.c"])
def test_a_token_that_is_not_ours_is_refused(token):
    with pytest.raises(ForgedToken):
        Tokens("secret").conversation_of(token)


def test_a_signature_is_worth_nothing_for_another_conversation():
    tokens = Tokens("secret")
    signature = tokens.token("mine").partition(".")[2]
    with pytest.raises(ForgedToken):
        tokens.conversation_of(f"yours.{signature}")


def test_another_secret_makes_old_tokens_worthless():
    with pytest.raises(ForgedToken):
        Tokens("new").conversation_of(Tokens("old").token("abc"))
