"""How the local recogniser writes common Kenyan names, where their sound alone does not tell.

Measured: each common name of `mapokezi.receptionist.names` was spoken over a telephone band at
several pitches and in several sentences. A form that stands for several names stands with each.
"""

from __future__ import annotations

from functools import cache

_WRITTEN_AS = """
Jane: train
Grace: grave
Mercy: murthy
Esther: after, ector
Ruth: ready, reeve
Alice: aleph, allah
Agnes: agnew
Rose: road, roller
Susan: do them
Sarah: feara, here we are
Janet: jabbit, jell it
Eunice: you know, yuna
Rachel: ratehold
Josephine: joe the fiend
Christine: cretane
Irene: eileen
Stella: della, seller
Sharon: sharing
Sheila: sela, shaila, shela
Diana: than a, vienna
Betty: buddy
Aisha: acer, asia
Fatuma: dadima
Halima: alama, alamah, alana, palamah
Paul: pause, pull
George: short
Stephen: leave in
Francis: rantha, ranthus
Simon: simmons, themin
Moses: mosa
Benson: bethen, bunsen
Dennis: genneth
Elijah: a lighter, alika
Felix: select
Geoffrey: jeffrey
Jackson: jack finn
Kenneth: cano
Martin: markin
Philip: fill up
Ahmed: auckland, i cannot
Abdi: abby, add the, appy, happy
Hassan: captain, happen, happens
Hussein: hafin, hot in, hot steam, huffin
Ibrahim: you brought him
Mohamed: hand
Omar: omer, over
Juma: chuma, humor, tula
Wanjiku: one jacquil, one to cool, one to go, wajikou, wanda cu, want you to, wonticou
Wanjiru: landuro, langeroo, wancherou, wanderer, wanderoo, wanjaro, wanjero, want your room,
  wantoroo
Wambui: rambling, rambly, wambiary, wambieri, wambiri, wamburi, wambury, wap you in
Wangari: lankari, lingari, winkari
Wangui: langley, wang wei, wangley
Njeri: ann jerry, ed jerry, em very pleased, end jury, jerry, m jerry, unveiling
Nyambura: naya bira, nayam bira, nayam birra, nymbiera, nymburo
Wairimu: waremo, weramo, were not o, werenau, wernell, werno, where i know, where no
Muthoni: mafoni, matoni, my phony
Nyokabi: my copy, naya cabi, naya cauby, naya cauvey, naya cobbie, naya khabi, niagara cobbie,
  niagara covey, nice copy, now you copy
Njoki: angel key, angelki, end jokie, endrokey, enjoykey, jokey, m joking
Kamau: camel, it can all, kennel
Mwangi: amwangi, amwengi, unwangy, wangi, wanky, winky
Njoroge: andrew ouch, enduro, endurode, enduroge, enjoy, enjoyge, to root
Kariuki: carry your key, kara yuki, karaoke
Maina: may not, meena, mina, nana, nina
Karanja: carania, karanya, karenia, karenio
Kimani: come on e, come on hey, come onie, commodity
Macharia: materia, matt here yeah, matt perrier, my pair yeah, my terrier, not hurry up, not
  terrier
Ndungu: and dongro, andango, andongo, andungo, dungo, end ongo, endongo, endungo, etangou
Kinyua: kenua, kenya
Muriithi: miriam fee, mirietti, near a fee, nearly a few, nearly a thing, nearly empty, neary of
  e, new yorkie, nuriyefi, nuriyetti, nuriyiti
Mburu: and yaru, and yeru, and yoru, em bureau, embiero, embryo, empyuro, f euro, m bureau, m
  burrell, m giroux, m purell, umburo
Nganga: and genga, enganga, engangar, ganga, in ganga, in genga, in gengar
Njenga: anganga, drnga, endangered, enfenga, engenga, engenka, enjanga, enjenga, envanga,
  enzenga, jenga, unfengar
Wachira: blackhera, like aura, like era, like here a, like herea, vacira
Wainaina: wayne enoch, wayne enough, weenie now, weighing in a
Kenyatta: kenny ado, kennyado
Mutua: muroua, new dua, nidua, niruah
Mutuku: mudoku, new toco, yuduko
Musyoka: new theoka, new yoga, yufyoko, yusielka
Mwende: m lenn, m win
Mutiso: new teasel, upizo, utzo
Musyoki: new silky, yusuoki
Kilonzo: kalanzo, kelando, kelato
Kioko: gilco, kyoko
Mueni: new any, yewany, yourney
Nduku: andrew kille, andrew kow, you go
Otieno: oc and l, oceano, ocnl
Ochieng: aachen, achian, archie
Odhiambo: o t ambell, oat handle, oatmeal, odeambel, oteambel
Omondi: amadi, amandi, amardi
Onyango: anango, annie engel, audiango, onion go
Okoth: aka
Ouma: allah, alma, elmer
Owino: but we know, elino, you know
Okello: buccalo, okolo
Oduor: o q r, ojua, you are
Owuor: oyler, oywer
Achieng: a feeling, a pian
Atieno: a piano, if you know, isino
Akinyi: a kennie, a kenny, any
Adhiambo: at high ambo, high ambo, it high ambo, the tiambo
Anyango: annie angle, annie engel
Awuor: awewer
Auma: amar, amma
Akoth: aka, echo
Barasa: berata, verata
Wafula: wachila, wackila, wackyla, washula
Wekesa: wake it up, wakesta, wecca, wekatha
Simiyu: vimeo, w w
Wanyama: raniama, waniaba
Wanjala: one chala, one jaller, onejolla, watch all that
Nekesa: nakasa, negator, the next one
Nafula: napula
Juma: chuma, humor, tula
Cherono: corona, toronto
Chebet: chave it, chavez, chubb it
Chepkoech: capcoat, chatcoach, choproot, tekko
Cheptoo: chapter, tapu
Cherotich: cheroot hitch, heritage, parrotage, parrotips
Kibet: give it, kivit
Kiprono: keep pronoun, keep rolling out
Kiprop: kip rup
Kiprotich: keper titch, kip or titch, kippertesh, kubernetes
Kipchoge: kept out, kip zoad, kipshoj
Kipkorir: kick corrier, kicklorier, kip coriore, kip corrier
Kiplagat: kip look at
Kirui: curly, curry, turn me
Koech: coach, coat
Korir: chorea, correa, cory
Langat: blank up, langa, langekat, langup
Rono: grown out, ronel
Rotich: rhoda, rhodes, roadage, rotate
Cheruiyot: pairly up, terriyah, terriyat, terriyot
Kimutai: can you tie, kenny pye, kenyatai, kim you tie
Mutai: mudai, new day, new guy, udi
Moraa: laura
Kemunto: came up hill, kim huntel, kim on toe
Kerubo: caribou, carryle bow
Nyaboke: nia book, nia vogue
Kwamboka: clemboca, cranboca
Nyakundi: naya kundi, niagara candy
Momanyi: mominee, mommy
Bosire: both of your, bother, father, vother
Patel: paytal
Shah: shaw, shot, shut
Kaur: core
Chege: heath, teach
"""


@cache
def misheard() -> dict[str, tuple[str, ...]]:
    """Give, by what was written, the names that it may stand for."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in _WRITTEN_AS.replace("\n  ", " ").strip().splitlines():
        name, _, forms = entry.partition(": ")
        for form in forms.split(", "):
            found[form] = (*found.get(form, ()), name)
    return found
