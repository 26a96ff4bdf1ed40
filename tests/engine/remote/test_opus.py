"""Speech through Opus and back: positions add up, words survive, damage is silence."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio.format import SAMPLE_RATE, Samples
from engine.remote.opus import DELAY, MOST_FAILURES, PACKET, OpusDecoder, OpusEncoder
from engine.remote.pcm import PcmDecoder, PcmEncoder
from tests.support.voices import SENTENCES, VOICES, Voice, Voices


def through_opus(speech: Samples, block: int) -> tuple[Samples, int]:
    """What comes out of the codec, and how many bytes were between."""
    encoder, decoder = OpusEncoder(), OpusDecoder()
    parts, size = [np.empty(0, np.float32)], 0
    for begin in range(0, len(speech), block):
        for packet, samples in encoder.encode(speech[begin : begin + block]):
            size += len(packet)
            parts.append(decoder.decode(packet))
            assert len(parts[-1]) == samples == PACKET
    return np.concatenate(parts), size


def lag(heard: Samples, spoken: Samples) -> int:
    """By how many samples `heard` is later than `spoken`."""
    size = 1 << (len(heard) + len(spoken)).bit_length()
    correlation = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken, size)), size)
    return int(correlation[: SAMPLE_RATE // 10].argmax())


@pytest.mark.parametrize("voice", VOICES)
def test_speech_keeps_its_place_and_its_form(voice: Voice, voices: Voices) -> None:
    speech = voices.speak(SENTENCES[0], voice).samples()
    heard, size = through_opus(speech, 512)
    assert len(heard) == len(speech) - len(speech) % PACKET
    late = lag(heard, speech)
    assert DELAY - 8 <= late <= DELAY
    matched = heard[late:]
    assert np.corrcoef(matched, speech[: len(matched)])[0, 1] > 0.8
    assert size * 8 / (len(speech) / SAMPLE_RATE) < 30_000


def test_the_cut_of_blocks_makes_no_difference(voices: Voices) -> None:
    speech = voices.speak(SENTENCES[1]).samples()[:16_000]
    assert np.array_equal(through_opus(speech, 512)[0], through_opus(speech, 7919)[0])


@pytest.mark.parametrize("damaged", [b"\xff" * 3, b""])
def test_a_damaged_packet_is_silence_and_the_rest_goes_on(voices: Voices, damaged: bytes) -> None:
    speech = voices.speak(SENTENCES[0]).samples()
    packets = [packet for packet, _ in OpusEncoder().encode(speech)]
    packets[40] = damaged
    decoder = OpusDecoder()
    heard = np.concatenate([decoder.decode(packet) for packet in packets])
    assert len(heard) == len(packets) * PACKET
    whole = through_opus(speech, 512)[0]
    behind = slice(60 * PACKET, None)
    assert np.corrcoef(heard[behind], whole[behind])[0, 1] > 0.95


def test_a_decoder_that_refuses_everything_is_replaced(voices: Voices) -> None:
    speech = voices.speak(SENTENCES[0]).samples()
    packets = [packet for packet, _ in OpusEncoder().encode(speech)]
    decoder = OpusDecoder()
    decoder._decoder.decode(None)  # the end of the stream: from now on it refuses
    heard = np.concatenate([decoder.decode(packet) for packet in packets])
    assert len(heard) == len(packets) * PACKET
    behind = slice((MOST_FAILURES + 10) * PACKET, None)
    assert np.corrcoef(heard[behind], through_opus(speech, 512)[0][behind])[0, 1] > 0.95


def test_pcm_is_exact_to_half_a_step_and_never_wraps() -> None:
    sound = np.random.default_rng(3).uniform(-1.2, 1.2, 1000).astype(np.float32)
    packets = PcmEncoder().encode(sound)
    assert [samples for _, samples in packets] == [512, 488]
    heard = np.concatenate([PcmDecoder().decode(packet) for packet, _ in packets])
    assert np.abs(heard - np.clip(sound, -1, 1)).max() <= 1 / 32768
    assert PcmEncoder().encode(sound[:0]) == []
    assert len(PcmDecoder().decode(packets[0][0][:7])) == 3
