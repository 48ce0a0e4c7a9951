"""The sentences of problems, English and Ukrainian, one pair a code."""

from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """What is unclear about an imported agreement."""

    ROW_NUMBER_UNREADABLE = "row_number_unreadable"
    CELLS_MISPLACED = "cells_misplaced"
    KIND_UNKNOWN = "kind_unknown"
    CONTACT_DATA = "contact_data"

    DATE_NOT_GIVEN = "date_not_given"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IMPRECISE = "date_imprecise"
    DATE_IN_FUTURE = "date_in_future"
    DATE_BEFORE_1990 = "date_before_1990"

    TERM_NOT_GIVEN = "term_not_given"
    TERM_UNREADABLE = "term_unreadable"
    TERM_PARTLY_READ = "term_partly_read"
    TERM_END_TO_CONFIRM = "term_end_to_confirm"
    END_NOT_COMPUTED = "end_not_computed"
    TERM_OVER = "term_over"
    RENEWAL_TO_CONFIRM = "renewal_to_confirm"

    MUNICIPALITY_UNKNOWN = "municipality_unknown"
    MUNICIPALITY_CONTRADICTED = "municipality_contradicted"
    MUNICIPALITY_RENAMED = "municipality_renamed"
    MATCH_DOUBTFUL = "match_doubtful"
    PARTY_UNMATCHED = "party_unmatched"
    PARTY_TO_CONFIRM = "party_to_confirm"

    PARTNER_NOT_NAMED = "partner_not_named"
    PARTNER_FROM_NOTE = "partner_from_note"
    PARTNER_CONTRADICTED = "partner_contradicted"
    OTHER_BODY_NAMED = "other_body_named"
    NOT_PUBLIC_AUTHORITY = "not_public_authority"
    MAY_BE_SEVERAL_PARTIES = "may_be_several_parties"
    PARTY_MAY_BE_MISSING = "party_may_be_missing"
    LIST_SPLIT = "list_split"
    NAME_CORRECTED = "name_corrected"
    NAME_SHORTENED = "name_shortened"

    COUNTRY_NOT_GIVEN = "country_not_given"
    COUNTRY_UNKNOWN = "country_unknown"
    COUNTRY_FROM_TEXT = "country_from_text"
    COUNTRY_CONTRADICTED = "country_contradicted"
    COUNTRY_BARRED = "country_barred"


MESSAGES: Final[dict[Code, tuple[str, str]]] = {
    Code.ROW_NUMBER_UNREADABLE: (
        "The row has no readable number; its position in the file is used.",
        "Номер рядка не читається; узято його місце у файлі.",
    ),
    Code.CELLS_MISPLACED: (
        "The row has more or fewer cells than the header; a column may have slipped.",
        "У рядку більше або менше клітинок, ніж у заголовку; стовпці могли зсунутися.",
    ),
    Code.KIND_UNKNOWN: (
        "The kind of cooperation “{text}” is not one of those in the law.",
        "Вид співробітництва «{text}» не передбачений законом.",
    ),
    Code.CONTACT_DATA: (
        "The text seems to hold an e-mail address or a telephone number; remove it before the agreement is confirmed.",
        "У тексті, схоже, є електронна адреса або телефон; приберіть їх до підтвердження угоди.",
    ),
    Code.DATE_NOT_GIVEN: ("No date of signing is given.", "Дату підписання не вказано."),
    Code.DATE_UNREADABLE: (
        "The date of signing cannot be read from “{text}”.",
        "Дату підписання не вдалося прочитати: «{text}».",
    ),
    Code.DATE_IMPRECISE: (
        "The date of signing is not given to the day: “{text}”.",
        "Дату підписання вказано без дня: «{text}».",
    ),
    Code.DATE_IN_FUTURE: ("The date of signing, {on}, lies in the future.", "Дата підписання {on} ще не настала."),
    Code.DATE_BEFORE_1990: (
        "The date of signing, {on}, lies before 1990.",
        "Дата підписання {on} раніша за 1990 рік.",
    ),
    Code.TERM_NOT_GIVEN: ("No term is given.", "Строк дії не вказано."),
    Code.TERM_UNREADABLE: (
        "The term cannot be read from “{text}”; it counts as not given.",
        "Строк дії не вдалося прочитати: «{text}»; вважається не вказаним.",
    ),
    Code.TERM_PARTLY_READ: (
        "The term “{text}” was read only in part.",
        "Строк дії «{text}» прочитано лише частково.",
    ),
    Code.TERM_END_TO_CONFIRM: (
        "“{text}” gives a year without a day; {on} is assumed as the earliest reading.",
        "«{text}» вказує рік без дня; узято найраніший можливий день — {on}.",
    ),
    Code.END_NOT_COMPUTED: (
        "The day the term ends is not known, because the date of signing is not known to the day.",
        "День закінчення строку невідомий, бо дату підписання не вказано з точністю до дня.",
    ),
    Code.TERM_OVER: (
        "By what is written the term ended on {on}.",
        "За записом строк дії закінчився {on}.",
    ),
    Code.RENEWAL_TO_CONFIRM: (
        "The first term ended on {on}; whether the agreement renewed itself is to be confirmed.",
        "Перший строк закінчився {on}; чи продовжено угоду автоматично, потрібно підтвердити.",
    ),
    Code.MUNICIPALITY_UNKNOWN: (
        "The code {text} is not in the list of hromadas.",
        "Коду {text} немає в переліку громад.",
    ),
    Code.MUNICIPALITY_CONTRADICTED: (
        "The code stands for {found}, but the row says {text}.",
        "Код належить громаді {found}, а в рядку записано {text}.",
    ),
    Code.MUNICIPALITY_RENAMED: (
        "The hromada is entered under its former name, {text}; it is now called {found}.",
        "Громаду записано під колишньою назвою {text}; тепер вона називається {found}.",
    ),
    Code.MATCH_DOUBTFUL: (
        "The entry was filed under {found}, but its note names “{text}”. {proposal}",
        "Запис віднесено до: {found}, а примітка називає «{text}». {proposal}",
    ),
    Code.PARTY_UNMATCHED: (
        "The Ukrainian party “{text}” was not matched: {count} hromadas fit.",
        "Українську сторону «{text}» не зіставлено: підходить громад — {count}.",
    ),
    Code.PARTY_TO_CONFIRM: (
        "“{text}” is named without an oblast; only {found} fits.",
        "«{text}» названо без області; підходить лише {found}.",
    ),
    Code.PARTNER_NOT_NAMED: ("The partner is not named.", "Партнера не названо."),
    Code.PARTNER_FROM_NOTE: (
        "The partner “{text}” was taken from the note; the column itself says “{written}”.",
        "Партнера «{text}» узято з примітки; у самому стовпці записано «{written}».",
    ),
    Code.PARTNER_CONTRADICTED: (
        "The note names “{text}”, but the partner is entered as “{written}”.",
        "Примітка називає «{text}», а партнером записано «{written}».",
    ),
    Code.OTHER_BODY_NAMED: (
        "The note names another body, “{text}”; the partner may be it and not “{written}”.",
        "Примітка називає іншу установу, «{text}»; партнером може бути вона, а не «{written}».",
    ),
    Code.NOT_PUBLIC_AUTHORITY: (
        "“{text}” does not look like a public authority, as Law 3668-IX asks of a party.",
        "«{text}» не схоже на орган публічної влади, якого вимагає Закон 3668-IX.",
    ),
    Code.MAY_BE_SEVERAL_PARTIES: (
        "“{text}” may be several parties; it was kept as one.",
        "«{text}» — можливо, кілька сторін; залишено як одну.",
    ),
    Code.PARTY_MAY_BE_MISSING: (
        "The note names {countries}, from where no partner is entered; a party may be missing.",
        "Примітка називає: {countries}, а партнера звідти не записано; можливо, бракує сторони.",
    ),
    Code.LIST_SPLIT: (
        "One cell names {count} partners; it was taken apart: {text}.",
        "В одній клітинці названо партнерів: {count}; їх розділено: {text}.",
    ),
    Code.NAME_CORRECTED: (
        "The name was put into the nominative: “{text}”.",
        "Назву поставлено в називний відмінок: «{text}».",
    ),
    Code.NAME_SHORTENED: (
        "The partner's name is very long and was shortened to “{text}”.",
        "Назва партнера дуже довга, її скорочено: «{text}».",
    ),
    Code.COUNTRY_NOT_GIVEN: ("The partner's country is not given.", "Країну партнера не вказано."),
    Code.COUNTRY_UNKNOWN: (
        "“{text}” is not the code of a country.",
        "«{text}» не є кодом країни.",
    ),
    Code.COUNTRY_FROM_TEXT: (
        "The country, {country}, was taken from the text; the column is empty.",
        "Країну ({country}) узято з тексту; стовпець порожній.",
    ),
    Code.COUNTRY_CONTRADICTED: (
        "The country is entered as {country}, but the text names {named}.",
        "Країною записано: {country}, а текст називає: {named}.",
    ),
    Code.COUNTRY_BARRED: (
        "A partner in {country}: check whether the law still allows this cooperation.",
        "Партнер із країни {country}: перевірте, чи закон дозволяє таке співробітництво.",
    ),
}
