"""Words that end in a full stop which ends no sentence, because a name or a number follows.

Only those that the sentence splitter does not know by itself; see sentences.py.
"""
# ruff: noqa: RUF001 - words of other scripts are the point

BEFORE_A_NAME = frozenset(
    """
    mr. mrs. ms. mx. dr. prof. st. sen. rep. gov. gen. col. capt. lt. sgt. maj. rev. hon. supt.
    m. mm. mme. mmes. mlle. mlles. me. pr. sr. sra. srta. dra. lic. ing. arq. av. avda. núm. n. nº.
    fa. hr. fr. frau. bzw. ca. nr. abs. art. str. hl. dhr. mevr. drs. ir.
    sig. sig.ra. dott. dott.ssa. avv. on. hj. kh. ir. drs. bpk. ust.
    κ. κα. δρ. αρ. γ.γ.
    дж. т. е. г. г-н. гр. им. ул. пр. акад. проф. д. к. м. св. гл. ген. долл. руб. млн. млрд. тыс.
    د. أ. م. ق.
    डॉ. श्री. प्रो. पं. डा. ডা. ড. মো. মোঃ. প্রফেসর.
    """.split()
)
