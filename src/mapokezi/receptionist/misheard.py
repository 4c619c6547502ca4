"""How the local recogniser writes common Kenyan names, where their sound alone does not tell.

Measured: each common name of `mapokezi.receptionist.names` was spoken over a telephone band at
several pitches and in several sentences. A form that stands for several names stands with each.
"""

from __future__ import annotations

from functools import cache

_WRITTEN_AS = """
Mary: merry
Jane: sam, saying, train
Grace: grave, gray
Faith: face
Mercy: murphy, murthy
Esther: after, after a, after a plea, ector
Ruth: reeve
Alice: aleph, allah
Agnes: ackman, agnew
Ann: anne pleas
Rose: real as, roller
Catherine: catheterine, catheterine clees
Susan: soothing
Sarah: feara, pharaoh
Florence: warren
Janet: damn it, jabbit, jell it
Eunice: uneth, unia, unis, your nest, yuna, yunah
Rachel: ratehold
Josephine: joe the fiend
Christine: christian, cretane
Irene: eileen, iron, irons, irony
Winnie: when he, when he clears, whitney
Stella: della, seller
Sharon: heron, sharing
Sheila: sailor, sela, shaila, shela, xella
Diana: than a, vienna
Betty: buddy, that he plays, that he pleased
Amina: ammonia
Aisha: a shop, acer, aha, aisa, asa, asia, isha
Fatuma: dadima, fathomer cleaves
Halima: alama, alamah, alana, howana, palamah, palina, polymer
John: gone
James: it seems pleased, named
Joseph: it shows us, jodha
Paul: pause, pull
George: short
Stephen: even, even pleased, leave in
Francis: rantha, ranthus
Patrick: tadrach
Simon: a man, him and, simmons, them in, themin
Charles: harold
Moses: modus, mosa, moda
Benson: bethen, bunsen
Dennis: done us, genneth, gunnar, jenna
Elijah: a lighter, alika
Felix: select
Geoffrey: jeffrey
Jackson: jack finn
Kenneth: cano
Martin: markin
Philip: fill up
Ahmed: auckland, i cannot
Abdi: abby, add the, appy, happy
Hassan: captain, happen, happens, has in, hafen
Hussein: hafin, hot in, hot steam, huffin
Ibrahim: you brought him
Mohamed: hand
Omar: omer, over
Juma: chuma, humor, tula, tuma, tumah, yuma
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
Kamau: camel, it can all, kamal, kamel, kennel
Mwangi: amwangi, amwengi, unwangy, wangi, wanky, winky
Njoroge: andrew ouch, enduro, endurode, enduroge, enjoy, enjoyge, to root
Kariuki: carry your key, kara yuki, karaoke
Maina: may not, meena, mina, nana, nina
Karanja: carania, karanya, karenia, karenio
Kimani: come on e, come on hey, come onie, commodity, comani, camati, camani, kamani
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
Wainaina: wayne enoch, wayne enough, weenie now, weighing enough, weighing in a
Kenyatta: cannyado, cannyato, kenny ado, kenny otto, kennyado
Mutua: muroua, new dua, new to our, nidua, niruah
Mutuku: mudoku, muduco, new toco, not a code, notico, noto co, notoko, yuduko
Musyoka: mufielka, new theoka, new vyoka, new yoga, new yorker, newsioka, ufioka, yfielka,
  yfioka, yfioko, yufioka, yufyoka, yufyoko, yusielka
Mwende: emw end, emwand, m lenn, m lent, m win
Mutiso: mutezo, mutizo, new t all, new teasel, upizo, upzo, ut though, utso, utzo, yuki though,
  yupizo
Musyoki: e ciokey, mucilky, muse yoki, new fyoki, new silky, new yorkie, newsioki, yufyoki,
  yuki, yushioki, yusioke, yusuoki, yusuyoki
Kilonzo: colando, colonzo, kalando, kalanzo, kalongo, kelando, kelato
Kioko: gilco, keogh o, kyoko
Mueni: mewini, mooney, muni, mutiny, new and he, new any, newony, yewanie, yewany, yourney
Nduku: ambuco, and you co, andrew co, andrew crow, andrew grew, andrew kille, andrew kow,
  enduco, n ducoe, n duque, you go
Otieno: oc and l, ocean i will, ocean oh, oceano, ocnl, oshanel
Ochieng: aachen, achian, achiyah, achiyuan, actually a place, archie, auction, auctioning,
  audio, oceane, oceans, ochion, ophion, ottian, ochian, ochying, ochiang, ochin
Odhiambo: o t ambell, oat handle, oatmeal, odeambel, odeambo, odehambell, odehambo, ot ambo,
  otambel, ote ambo, oteambel, oteambo, otienbo
Omondi: a monday, amadi, amandi, amardi
Onyango: anango, anienko, aningango, aningo, annie angle, annie anko, annie engel, audiango, if
  onion go, on a angle, onion go
Okoth: aca, aka, akah, august, itaka
Ouma: allah, alma, ella, elma, elmer
Owino: but we know, elino, erino, julino, oenell, oeno
Okello: buccalo, ocullo, okolo, okulow
Oduor: o q r, odour, ojewar, ojjur, ojua, ojur, you are
Odinga: odega, odiga, owning a plea, owning god, owning up
Owuor: all you are, only worth, ouer, oyler, oywer
Achieng: a chain, a chiang, a chin, a feeling, a pian, a pm, attain, attiant, the chiang, the t
  m
Atieno: a channel, a piano, aceano, asiano, easy, epheno, if you know, isiano, isino
Akinyi: a kennie, a kenny, a kitty, any
Adhiambo: a high ambo, at high ambo, high ambo, hyambow, it high ambo, the tayambo, the tiambo,
  the tie embow
Anyango: an angle, annie angle, annie engel, eddie ango, edenango, if any angle
Awuor: a viewer, a wee wear, all you are, aweer, awewer, of you are, ouer, oyoure
Auma: amar, amma, armor
Akoth: aca, agath, aka, akah, akas, echo, our god
Barasa: berata, verata
Wafula: lackilla, wachila, wackila, wackyla, washila, washilla, washula
Wekesa: wack at the, wacka for, wacka tha, wackas a, wackasa, wakatha, wake it up, wakesta,
  wecca, wekatha, wekitha, wicaca, wicca for
Simiyu: cimeo, cineo, cineux, emmiew, inu, simu, some of you, the meal, vimeo, w w
Wanyama: laniama, raniama, vaniama, waniaba
Wanjala: one chala, one dollar, one jala, one jaller, one jawl up, one jawler, one jolla, one
  shallow, onejaller, onejola, onejolla, watch all that
Nekesa: macca for, macca though, meccatha, naka for, nakasa, necca for, neck of the, necketho,
  neckett though, negator, the next one
Nafula: nabula, nacula, nakila, nakula, napula, nascilla, nascular, natchula, natural, not your
Makokha: magica
Juma: chuma, humor, tula, tuma, tumah, yuma
Cherono: corona, tarona, tarono, toronto
Chebet: cabot, chave it, chavez, chevette, chevin, chubb it, chubbit, come it, covet, kind of
  it, tough at, chevrolet, chevot, chevett, chevy
Chepkoech: a tough coach, capcoat, chatcoach, choproot, chuck coach, chuck oach, taco to,
  tapcoach, tapcoat, tekko, tough coach, tuck oach
Cheptoo: chapter, chapto, hepdo, heptoo, heptu, tapped to, tapto, tapu, tattoo, tough though
Cherotich: charity plea, cherokech, cheroot hitch, heritage, paradise cleaves, parentage,
  parrotage, parrotips, perritage, terror titch
Kibet: commit, give it, kinetic, kivet, kivit, kivitt, pivot
Kiprono: keep pronoun, keep rolling out
Kiprop: kebra, kebropp, kibroff, kibrops, kip rob, kip rup
Kiprotich: capri touch cleaves, kaeper touch, kaeperch, kaeperchich, kaepertech, kaepertitch,
  kempertech, keper titch, keper touch, kibrit hitch, kibritic, kip or titch, kippertesh,
  kippertich, kippertick, kubernetes
Kipchoge: kept out, kept shoge, kept shows, kip george, kip hodes, kip shoes, kip show to, kip
  zoad, kipshoach, kipshoj, kipshoot, kit showed
Kipkorir: kick corrier, kick or ear, kicklerier, kicklorier, kickoria, kickorya, kickoryre, kip
  coriore, kip corrier
Kiplagat: kip look at
Kirui: curly, curry, turn me
Koech: coach, coat
Korir: chorea, choreo, coria, correa, correr, correre, cory, khorrier
Langat: blank up, langa, langak, langekak, langekap, langekat, languette, langup
Rono: grown out, roanoke, ronel, ronell
Rotich: rhoda, rhodach, rhodek, rhodes, roadage, roadich plea, rotate
Ruto: rito, rudeo
Cheruiyot: carlea, carlea up, carrillo, charlie opp, cherry up, cherryot, pairly up, perriya,
  teriyot, terribly odd, terribly up, terriya, terriyah, terriyat, terriyot, terry up
Kimutai: can you tie, commute high, kenny pye, keny tai, kenyatai, kim you tie, kim yutai,
  kimmyutai
Mutai: mudai, muday, mute i, new day, new guy, udi
Moraa: laura, more a, morrow
Kemunto: came up hill, chemanco, come until, cremonto, kemungko, kim arnto, kim huntel, kim
  monto, kim mum til, kim on toe, kimmunco
Kerubo: caribou, carobo, carollo, carryle bow
Nyaboke: my vocal, neville, nia book, nia vogue, nibok, nyevoc, nyvoke
Kwamboka: clemboca, clinbolka, cranboca, klimboka
Nyakundi: and iyakundi, my candy, naya khandi, naya kundi, niagara candy, nikon d
Momanyi: mom and a, mom and e, mom and ey, mom and eye, momine, mominee, mommy
Bosire: barveyor, bob ayers, bob eyer, bobbheer, bobbier, bobbler, both air, both of your,
  bother, father, father or, vother, vothinger
Patel: a pay doll, fatal, pay doll, paydle, payroll, paytal
Shah: sharp, shaw, shop, shot, shut
Kaur: core, kore
Chege: cheese, heath, his place, huge, keith, pete, tea to, teach, teed, teeth
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
