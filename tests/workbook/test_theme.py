"""Nothing is told by colour alone, and no colour is lost on anybody: computed from theme.toml."""

from __future__ import annotations

import itertools
import tomllib
from typing import Any

import numpy as np
import pytest

from collabxl.schema.sheets import STANDARD
from collabxl.storage.data_files import resource_path
from collabxl.workbook.theme import colour, is_style, look, sign

THEME: dict[str, Any] = tomllib.loads(resource_path("templates", "theme.toml").read_text(encoding="utf-8"))
SOLIDS = ("done_solid", "running_solid", "waiting_solid", "paused_solid", "late_solid", "soon_solid")
HEAT = ("heat_low", "heat_medium", "heat_high")
TEXT_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
TOLD_APART = 20
"""A difference in Lab (CIE 1976) that nobody overlooks."""
SIGHT = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB."""


def linear(name: str) -> np.ndarray:
    """Return a colour of the theme as linear sRGB."""
    text = colour(name)
    share = np.array([int(text[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def luminance(name: str) -> float:
    return float(linear(name) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(name: str, sight: str) -> np.ndarray:
    """Return a colour in CIE Lab (D65) as somebody with that sight sees it."""
    seen = np.clip(np.array(SIGHT[sight]) @ linear(name), 0, 1)
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    xyz = np.array(to_xyz) @ seen / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHT)
def test_strong_colours_of_states_are_told_apart_by_everybody(sight: str) -> None:
    for one, other in itertools.combinations(SOLIDS, 2):
        assert np.linalg.norm(lab(one, sight) - lab(other, sight)) > TOLD_APART, (one, other)


@pytest.mark.parametrize("sight", SIGHT)
def test_risks_grow_darker_for_everybody(sight: str) -> None:
    light = [float(lab(name, sight)[0]) for name in HEAT]
    assert all(one - other > 5 for one, other in itertools.pairwise(light))


def test_bars_of_the_schedule_differ_in_grey_too() -> None:
    grey = {name: luminance(name) for name in ("bar_done", "late_solid", "bar_rest")}
    assert grey["bar_done"] < grey["late_solid"] * 0.75 < grey["bar_rest"] * 0.3


@pytest.mark.parametrize("name", THEME["styles"])
def test_words_can_be_read_on_their_ground(name: str) -> None:
    style = THEME["styles"][name]
    if "font_color" not in style:
        return
    grounds = [style["bg_color"]] if "bg_color" in style else ["white", "machine", "tile"]
    for ground in grounds:
        assert contrast(style["font_color"], ground) >= TEXT_CONTRAST, ground


def test_every_chinese_font_has_the_signs() -> None:
    for each in THEME["signs"].values():
        assert len(each) == 1
        each.encode("gb2312")


def test_a_coloured_state_has_a_sign_or_words_beside() -> None:
    for name in THEME["signs"]:
        assert is_style(name)
        assert look(name, "0")["num_format"] == f'"{sign(name)} "0'
    for words in STANDARD.word_lists():
        for word in words.words:
            name = f"{words.key}_{word.key}"
            if is_style(name) and "bg_color" in THEME["styles"][name]:
                assert sign(name), name


def test_states_of_one_list_that_look_alike_have_different_signs() -> None:
    for words in STANDARD.word_lists():
        looks = [look(name) for word in words.words if is_style(name := f"{words.key}_{word.key}") and sign(name)]
        assert len({each["num_format"] for each in looks}) == len(looks), words.key


def test_every_named_colour_is_one() -> None:
    for name, style in THEME["styles"].items():
        for key, value in style.items():
            if key.endswith("color"):
                assert colour(value).startswith("#"), (name, key)
