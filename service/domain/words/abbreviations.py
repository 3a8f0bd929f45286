"""Words that end in a full stop which ends no sentence, because a name or a number follows.

Only those that the sentence splitter does not know by itself; see sentences.py. They are kept
apart by language: in Italian `on.` is a member of parliament, in English it ends a sentence.
"""

_BEFORE_A_NAME: dict[str, str] = {
    "en": "mr. mrs. ms. mx. dr. prof. st. sen. rep. gov. gen. col. capt. lt. sgt. maj. rev. hon.",
    "es": "sr. sra. srta. dr. dra. lic. ing. arq. av. avda. núm. n. art. p. ee.",
    "fr": "m. mm. mme. mmes. mlle. mlles. me. mgr. dr. pr. st. ste. av. art. p.",
    "pt": "sr. sra. dr. dra. prof. profa. eng. av. n. art. p. dep. sen.",
    "de": "fa. hr. fr. dr. prof. bzw. ca. nr. abs. art. hl. str. u. z. d. ing. dipl.",
    "nl": "dhr. mevr. mr. drs. dr. ir. prof. nr. ca. art.",
    "it": "sig. sig.ra. dott. dott.ssa. avv. on. ing. prof. sen. n. art.",
    "id": "h. hj. kh. ir. drs. dr. bpk. ust. prof. no. jl.",
    "el": "κ. κα. δρ. αρ. γ.γ. καθ.",
    "ru": "дж. т. е. г. г-н. гр. им. ул. пр. акад. проф. д. к. м. св. гл. ген. долл. руб. тыс.",
    "uk": "дж. т. е. м. ім. вул. пр. акад. проф. д. св. гл. ген. дол. грн. тис.",
    "ar": "د. أ. م. ق.",
    "hi": "डॉ. श्री. प्रो. पं. डा.",
    "bn": "ডা. ড. মো. মোঃ. প্রফেসর.",
}
BEFORE_A_NAME = {language: frozenset(words.split()) for language, words in _BEFORE_A_NAME.items()}
