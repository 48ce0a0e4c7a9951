"""Ukraine's oblasts, Crimea and Sevastopol: what the shapes call them, how codes in them begin, what we call them."""

from __future__ import annotations

from collections.abc import Mapping

OBLASTS: Mapping[str, tuple[str, str]] = {
    "Crimea": ("UA01", "Автономна Республіка Крим"),
    "Vinnytsya": ("UA05", "Вінницька"),
    "Volyn": ("UA07", "Волинська"),
    "Dnipropetrovs'k": ("UA12", "Дніпропетровська"),
    "Donets'k": ("UA14", "Донецька"),
    "Zhytomyr": ("UA18", "Житомирська"),
    "Transcarpathia": ("UA21", "Закарпатська"),
    "Zaporizhzhya": ("UA23", "Запорізька"),
    "Ivano-Frankivs'k": ("UA26", "Івано-Франківська"),
    "Kiev": ("UA32", "Київська"),
    "Kiev City": ("UA32", "Київська"),
    "Kirovohrad": ("UA35", "Кіровоградська"),
    "Luhans'k": ("UA44", "Луганська"),
    "L'viv": ("UA46", "Львівська"),
    "Mykolayiv": ("UA48", "Миколаївська"),
    "Odessa": ("UA51", "Одеська"),
    "Poltava": ("UA53", "Полтавська"),
    "Rivne": ("UA56", "Рівненська"),
    "Sumy": ("UA59", "Сумська"),
    "Ternopil'": ("UA61", "Тернопільська"),
    "Kharkiv": ("UA63", "Харківська"),
    "Kherson": ("UA65", "Херсонська"),
    "Khmel'nyts'kyy": ("UA68", "Хмельницька"),
    "Cherkasy": ("UA71", "Черкаська"),
    "Chernivtsi": ("UA73", "Чернівецька"),
    "Chernihiv": ("UA74", "Чернігівська"),
    "Sevastopol": ("UA85", "Севастополь"),
}
"""What the shapes call an oblast → its code and its name. The shape called Kyiv city takes in a part of the oblast
around it, so the two are drawn as one."""

CODES: Mapping[str, str] = {name: code for code, name in OBLASTS.values()}
"""Name → code."""
