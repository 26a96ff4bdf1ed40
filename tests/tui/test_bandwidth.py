import pytest

from tests.support.link_bytes import FAR, bytes_a_second
from tests.support.measured import Record, say
from tests.support.voices import Voices
from tui.bandwidth import MOST_BYTES, is_low


@pytest.mark.parametrize(
    ("setting", "environ", "low"),
    [
        ("auto", {}, False),
        ("auto", {"SSH_CONNECTION": FAR}, True),
        ("full", {"SSH_CONNECTION": FAR}, False),
        ("low", {}, True),
    ],
)
def test_a_login_over_ssh_is_spared_unless_the_user_says_otherwise(setting, environ, low):
    assert is_low(setting, environ) is low


def test_little_is_written_over_ssh_while_somebody_dictates(
    voices: Voices, tmp_path, record_property: Record
):
    speech = voices.talk(tmp_path / "speech.wav")
    sent = bytes_a_second(speech, 80, 24, over_ssh=True, seconds=5)
    say(record_property, f"written over SSH: {sent.recording:.0f} bytes a second while recording")
    assert 0 < sent.ready < MOST_BYTES / 2
    assert 0 < sent.recording < MOST_BYTES
