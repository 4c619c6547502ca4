"""How the local recogniser writes common Kenyan names, where their sound alone does not tell.

Measured: each common name of `mapokezi.receptionist.names` was spoken over a telephone band at
several pitches and in several sentences. A form that stands for several names stands with each.
"""

from __future__ import annotations

from functools import cache

_WRITTEN_AS = """
Alice: allah
Omar: omer
Juma: chuma, humor, tula, tuma, tumah, yuma
Muriithi: new yorkie
Wainaina: weighing enough
Kenyatta: cannyado, cannyato, kenny otto
Mutua: new to our
Mutuku: muduco, not a code, notico, noto co, notoko
Musyoka: mufielka, new vyoka, new yorker, newsioka, ufioka, yfielka, yfioka, yfioko, yufioka,
  yufyoka
Mwende: emw end, emwand, m lent
Mutiso: mutezo, mutizo, new t all, upzo, ut though, utso, yuki though, yupizo
Musyoki: e ciokey, mucilky, muse yoki, new fyoki, new yorkie, newsioki, yufyoki, yuki, yushioki,
  yusioke, yusuyoki
Kilonzo: colando, colonzo, kalando, kalongo
Kioko: keogh o
Mueni: mewini, mooney, muni, mutiny, new and he, newony, yewanie
Nduku: ambuco, and you co, andrew co, andrew crow, andrew grew, enduco, n ducoe, n duque
Otieno: ocean i will, ocean oh, oceano, oshanel
Ochieng: achiyah, achiyuan, actually a place, auction, auctioning, audio, oceane, oceans,
  ochion, ophion, ottian
Odhiambo: oatmeal, odeambo, odehambell, odehambo, ot ambo, otambel, ote ambo, oteambo, otienbo
Omondi: a monday
Onyango: anango, anienko, aningango, aningo, annie anko, annie engel, if onion go, on a angle
Okoth: aca, aka, akah, august, itaka
Ouma: allah, ella, elma
Owino: erino, julino, oenell, oeno
Okello: ocullo, okulow
Oduor: odour, ojewar, ojjur, ojur
Odinga: odega, odiga, owning a plea, owning god, owning up
Owuor: all you are, only worth, ouer
Achieng: a chain, a chiang, a chin, a pm, attain, attiant, the chiang, the t m
Atieno: a channel, aceano, asiano, easy, epheno, isiano
Akinyi: a kitty
Adhiambo: a high ambo, hyambow, the tayambo, the tie embow
Anyango: an angle, annie engel, eddie ango, edenango, if any angle
Awuor: a viewer, a wee wear, all you are, aweer, of you are, ouer, oyoure
Auma: armor
Akoth: aca, agath, aka, akah, akas, our god
Wafula: lackilla, washila, washilla
Wekesa: wack at the, wacka for, wacka tha, wackas a, wackasa, wakatha, wekitha, wicaca, wicca
  for
Simiyu: cimeo, cineo, cineux, emmiew, inu, simu, some of you, the meal
Wanyama: laniama, vaniama
Wanjala: one dollar, one jala, one jawl up, one jawler, one jolla, one shallow, onejaller,
  onejola
Nekesa: macca for, macca though, meccatha, naka for, necca for, neck of the, necketho, neckett
  though
Nafula: nabula, nacula, nakila, nakula, nascilla, nascular, natchula, natural, not your
Makokha: magica
Juma: chuma, humor, tula, tuma, tumah, yuma
Cherono: tarona, tarono
Chebet: cabot, chevette, chevin, chubbit, come it, covet, kind of it, tough at
Chepkoech: a tough coach, chuck coach, chuck oach, taco to, tapcoach, tapcoat, tough coach, tuck
  oach
Cheptoo: chapto, hepdo, heptoo, heptu, tapped to, tapto, tattoo, tough though
Cherotich: charity plea, cherokech, paradise cleaves, parentage, perritage, terror titch
Kibet: commit, kinetic, kivet, kivitt, pivot
Kiprop: kebra, kebropp, kibroff, kibrops, kip rob
Kiprotich: capri touch cleaves, kaeper touch, kaeperch, kaeperchich, kaepertech, kaepertitch,
  kempertech, keper touch, kibrit hitch, kibritic, kippertich, kippertick
Kipchoge: kept shoge, kept shows, kip george, kip hodes, kip shoes, kip show to, kipshoach,
  kipshoot, kit showed
Kipkorir: kick or ear, kicklerier, kickoria, kickorya, kickoryre
Korir: choreo, coria, correr, correre, khorrier
Langat: langak, langekak, langekap, languette
Rono: roanoke, ronell
Rotich: rhodach, rhodek, roadich plea
Ruto: rito, rudeo
Cheruiyot: carlea, carlea up, carrillo, charlie opp, cherry up, cherryot, perriya, teriyot,
  terribly odd, terribly up, terriya, terry up
Kimutai: commute high, keny tai, kim yutai, kimmyutai
Mutai: muday, mute i
Moraa: more a, morrow
Kemunto: chemanco, come until, cremonto, kemungko, kim arnto, kim monto, kim mum til, kimmunco
Kerubo: carobo, carollo
Nyaboke: my vocal, neville, nibok, nyevoc, nyvoke
Kwamboka: clinbolka, klimboka
Nyakundi: and iyakundi, my candy, naya khandi, nikon d
Momanyi: mom and a, mom and e, mom and ey, mom and eye, momine
Bosire: barveyor, bob ayers, bob eyer, bobbheer, bobbier, bobbler, both air, father or,
  vothinger
Patel: a pay doll, fatal, pay doll, paydle, payroll
Shah: sharp, shop
Kaur: kore
Chege: cheese, his place, huge, keith, pete, tea to, teed, teeth
Wanjiku: wanda cu
Kamau: camel, kamal, kamel
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
