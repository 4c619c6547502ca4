"""How callers tell of a danger to life or safety, in English and Swahili; on plain text.

A danger is urgent in any office, and whoever tells of one hears the emergency number first. What is
urgent for an office alone (an arrest, a burst pipe) is in `office_urgency`.
"""

from __future__ import annotations

import re

PEOPLE = (
    r"(?:brother|sister|son|daughter|husband|wife|father|mother|mum|mom|dad|mama|baba|friend|child"
    r"|kids?|children|baby|boy|girl|uncle|aunt|auntie|cousin|nephew|niece|grand\w+|neighbours?"
    r"|worker|workers|watchman|guard|colleague|boss|room ?mate|boyfriend|girlfriend|tenants?"
    r"|caretaker|driver|passengers?|people|person|man|woman|men|women|client|employee|student"
    r"|family|parents?|in ?law|house ?help)"
)
"""Words for people, as they stand behind ``my``, ``a`` and the like."""
_SOMEBODY = rf"(?:i|he|she|they|we|who|somebody|someone|everyone|people|(?:\w+ ){{0,2}}{PEOPLE})"
_TO_SOMEBODY = (
    rf"(?:me|us|him|her|them|people|(?:my|our|his|her|their|the|a|an|some|two|three) (?:\w+ )?"
    rf"{PEOPLE}|some(?:one|body)|each other|(?:a|an|the|two|some) (?:cyclist|pedestrian|hawker"
    rf"|pupil)s?)"
)
_VEHICLE = (
    r"(?:car|matatu|bus|lorry|truck|van|tractor|trailer|train|boda ?boda|motor ?bike|motorcycle"
    r"|bicycle|vehicle|taxi|pick ?up|canter|probox)"
)
_PLACE = (
    r"(?:house|home|building|kitchen|flat|apartment|office|shop|school|market|church|mosque|hostel"
    r"|dormitory|room|roof|stall|kiosk|warehouse|factory|store|go ?down|forest|farm|car|matatu|bus"
    r"|next door|place|everything|estate|petrol station|curtains?|bed|cooker|meter box)"
)
_THERE = (
    r"(?:house|home|compound|shop|office|building|estate|room|kitchen|plot|farm|flat|apartment|bank"
    r"|school|market|gate|door|window|hotel|church)"
)
_WEAPON = r"(?:guns?|pistols?|rifles?|knife|knives|pangas?|machetes?|swords?|bombs?|grenades?|axe)"
_ROBBERS = (
    r"(?:robbers?|thie(?:f|ves)|burglars?|thugs?|gangsters?|intruders?|attackers?|kidnappers?"
    r"|bandits?|terrorists?|carjackers?|gang|armed (?:men|people|gang))"
)
_KILL = r"(?:kill|stab|shoot|murder|burn|hurt|harm|lynch|strangle|rape|behead|slaughter|finish)"
_VIOLENCE = (
    r"(?:beating|hitting|strangling|attacking|stabbing|raping|choking|assaulting|slapping"
    r"|kicking|torturing|lynching|whipping|stoning|shooting(?: at)?)"
)

_BODY = (
    (
        r"\b(?:not|cannot|no longer|stopped|hardly|barely|struggling to|trouble|difficulty"
        r"|unable to)"
        r"(?: \w+){0,2} breath(?:e|ing)\b"
    ),
    (
        r"\b(?:unconscious|unresponsive|lifeless|fainted|fainting|passed out|choking|suffocating"
        r"|drowning|drowned|electrocuted|convuls\w+|seizures?|overdose\w*)\b"
    ),
    (
        rf"\b{_SOMEBODY}(?: \w+){{0,3}} (?:not|cannot) (?:wak(?:e|ing)(?: up)?|respond(?:ing)?"
        r"|mov(?:e|ing))\b(?! (?:in|out|to|from|house)\b)"
    ),
    rf"\b{_SOMEBODY} (?:\w+ )?collapsed\b",
    (
        r"\bbleeding\b|\bblood (?:everywhere|all over|is (?:coming|pouring|flowing))\b"
        r"|\ba lot of blood"
        r"\b|\blosing (?:\w+ ){0,2}blood\b|\b(?:vomiting|coughing) (?:up )?blood\b"
    ),
    (
        r"\bheart attack\b|\b(?:having|had|has|suffered) a stroke\b|\bchest (?:is )?(?:pain\w*"
        r"|hurt\w*)|\b(?:severe|unbearable) (?:\w+ )?pains?\b"
        r"|\bpains? in (?:the|his|her|my) chest\b|\bone side of (?:his|her|my|the) (?:face|body)\b"
    ),
    (
        r"\blost consciousness\b|\bturned blue\b|\b(?:gone|going|went) into labou?r\b|\b(?:see"
        r"|there"
        r" is|has) (?:\w+ ){0,2}blood (?:on|under|from|coming)\b|\bsee (?:some |a lot of )?blood$"
    ),
    (
        rf"\b{_SOMEBODY} (?:is|are|has been|have been|been) (?:\w+ )?(?:injured|wounded)\b"
        r"|\bsome(?:body|one) is (?:\w+ )?hurt\b|\b(?:hurt|cut|injured) (?:\w+ ){1,3}badly\b"
    ),
    r"^(?:the )?(?:police|ambulance|fire brigade)(?: please| now| quick\w*)+$",
    r"\bhaving (?:a |an? \w+ )?(?:fits?|asthma attack|epilep\w+)\b|\bfoam\w*\b.{0,25}\bmouth\b",
    r"\bcannot (?:move|feel) (?:his|her|my|their) (?:\w+ )?(?:legs?|arms?|body|side|neck)\b",
    (
        r"\b(?:swallow\w*|drank|drunk|drinks|drinking|taken|took|ate|eaten|eating|given)\b.{0,15}"
        r"\b(?:\w* ?poison|bleach|jik|acid|pesticide|insecticide|[kc][aeo]r[aeiou][sc][ei]+ne?"
        r"|paraffin|petrol|diesel|thinner|detergent|soap|omo|battery|glass|rat ?killer"
        r"|weed ?killer|chemicals?)\b"
        r"|\b(?:drank|drunk|drinks|swallowed)\b.{0,45}\b(?:acid|poison|bleach|petrol|pesticide)\b"
        r"|\bpoisoned\b|\bswallowed an? \w+\b"
        r"|\b(?:burn(?:ed|t)|scalded) (?:\w+ )?(?:with|by|in) (?:hot |boiling )?(?:oil|water|tea"
        r"|porridge|acid|petrol|fire)\b"
    ),
    (
        r"\b(?:took|taken|swallowed|swallowing|taking)\b (?:too many|all|a lot of|lots of|many)\b"
        r"(?: \w+){0,2} (?:tablets|pills|medicines?|drugs)\b"
    ),
    (
        r"\b(?:snake|cobra|mamba|dogs?|crocodile|hippo|buffalo|hyena|lion|leopard|bees)\b (?:\w+ )?"
        r"(?:bit|bitten|biting|attacked|attacking)\b|\b(?:bitten|attacked|stung) by (?:an? |the )?"
        r"(?:snake|cobra|dogs?|crocodile|hippo|buffalo|hyena|lion|leopard|bees)\b"
    ),
    (
        r"\bin labou?r\b(?! (?:court|law|relations|matters?|disputes?|case))|\bgiving birth\b"
        r"|\bbaby is coming\b|\bwaters? (?:has |have |just )?broke\w*\b"
    ),
    (
        r"\b(?:fell|fallen|jumped|jumping|thrown) (?:\w+ )?(?:from|off|out of|down|into?"
        r"|inside) (?:the"
        r"|an?|our|his|her|my) (?:\w+ )?(?:balcony|roof|ladder|window|stairs|floor|building|tree"
        r"|storey|scaffold\w*|well|river|pit|manhole|latrine|lake|borehole|dam|bridge|tank)\b"
    ),
    (
        rf"\bbadly (?:burn\w*|hurt|injured|wounded|cut)\b|\bburn(?:ed|t) (?:badly|himself"
        rf"|herself)\b"
        rf"|\bscalded\b|\bseriously (?:hurt|injured|ill|wounded)\b|\b{_SOMEBODY} (?:am|is"
        rf"|are) dying\b"
        r"(?! (?:to|for)\b)"
    ),
    (
        r"\b(?:need|call|send|get|want|bring|where is)(?: \w+){0,3} ambulance\b(?! (?:compan"
        r"|driver|fee|bill|charge))"
        r"|\bambulance (?:please|now"
        r"|quick\w*)\b|^(?:an )?ambulance\b$"
    ),
    r"\b(?:life (?:and|or) death|between life and death)\b",
    (
        r"\b(?:tight\w*|crushing|heaviness|pressure) (?:\w+ )?(?:in|on|across) (?:his|her|my|the)"
        r" chest\b|\bchest (?:is |feels )?(?:\w+ )?(?:tight\w*|heavy)\b"
        r"|\bchest (?:it )?(?:hurts?|is hurting|pains?)\b"
    ),
    (
        r"\beyes (?:have |has |are )?(?:roll\w*|turn\w*)(?: \w+)? (?:back|up|white|over)\b"
        r"|\b(?:shaking|jerking|twitching)\b.{0,20}\b(?:all over|uncontroll\w+|whole body"
        r"|(?:will|does|do) not stop)\b|\b(?:whole )?body is (?:shaking|jerking|stiff)\b"
    ),
    (
        rf"\b{_SOMEBODY}(?: \w+){{0,2}} (?:fallen|fell|slipped)\b.{{0,30}}\b(?:cannot|not able to"
        r"|is not|are not|does not|will not|unable to) (?:talk\w*|speak\w*|get(?:ting)? up|stand\w*"
        r"|move|moving|respond\w*|answer\w*)\b"
        r"|\b(?:face|mouth) (?:is|has|went|is all) (?:\w+ )?(?:twist\w*|droop\w*|numb"
        r"|to one side)\b"
        r"|\b(?:speech is |is )slurr\w+\b"
    ),
    (
        rf"\b(?:{_SOMEBODY}|lips|face|skin)(?: \w+){{0,2}} (?:going|turning|gone|turned) blue\b"
        r"|\bstuck in (?:his|her|my|the) (?:\w+ )?(?:throat|windpipe)\b|\bgasping\b"
        r"|\bcannot (?:get|catch|find) (?:his|her|my|their|a) breath\b"
        r"|\b(?:clutch|hold|grabb)\w* (?:his|her|my|the) chest\b"
    ),
    (
        r"\b(?:face|hands?|arms?|legs?|body|skin|back|head) (?:is|are) (?:all |badly )?burn(?:ed|t)"
        r"\b|\bburn(?:ed|t) all over\b|\b(?:in|on) (?:a|the) live (?:cable|wire)\b"
        r"|\b(?:hold of|touched|touching|stuck (?:on|to)) (?:a|the|an) (?:live|electric\w*|power)"
        r" (?:cable|wire|line|pole|fence)\b"
    ),
    (
        r"\b(?:having|delivering) (?:the|her|a|my|our) baby (?:right now|now|here|(?:in"
        r"|on) (?:the|a|my"
        r"|our) (?:car|taxi|matatu|bus|bathroom|toilet|floor|road|house))\b"
        r"|\bcan see the (?:baby s |baby )?head(?: already| now| coming|$)"
    ),
)
_FIRE = (
    (
        rf"\b{_PLACE}(?: \w+){{0,3}} (?:on fire|caught fire|catching fire|burning|in flames"
        rf"|exploded)\b"
        r"|\bcaught fire\b|\bwe are on fire\b|\bit is on fire\b"
    ),
    (
        r"\bt?here is (?:an? )?(?:\w+ )?fire\b(?! (?:extinguisher|brigade|station|drill|exit|alarm"
        r"|door|certificate))|\bfire (?:has|is) (?:\w+ )?(?:started|broken|spread\w*|burning"
        r"|coming)\b"
    ),
    (
        r"\b(?:smell\w*|leak\w*)(?: \w+){0,2} gas\b|\bgas (?:\w+ ){0,2}(?:leak\w*|smell\w*"
        r"|explo\w+)\b"
        r"|\b(?:there (?:was|is|has been) an?|heard an?) explosion\b|\bsmoke (?:is )?(?:coming"
        r"|filling"
        r"|everywhere|all over)\b"
    ),
    (
        r"\belectric\w* (?:wires?|cables?|poles?|lines?)\b.{0,30}\b(?:fallen|fell|down|touched)\b"
        r"|\belectric shock\b"
    ),
    (
        r"\b(?:gas|cylinder|stove|meko|jiko|tank|transformer|boiler|geyser)(?: \w+){0,2}"
        r" (?:blew up|blown up|exploded)\b"
        r"|\bpour\w* (?:petrol|paraffin|kerosene) (?:\w+ ){0,2}?(?:on|over|around|round|all"
        r"|in (?:the|my|our) (?:house|home|room|shop|kitchen))\b"
        r"|\b(?:burn|set) (?:us|me|him|her|them) (?:\w+ )?(?:alive|on fire|inside)\b"
    ),
)
_VIOLENT = (
    (
        rf"\b(?:has|have|with|holding|holds|pointing|waving|carrying|pulled|drew|armed with)"
        rf"(?: \w+){{0,2}} {_WEAPON}\b(?! (?:licen[cs]e|permit|shop|dealer|certificate|charge"
        rf"|case))"
    ),
    r"\bgun ?shots?\b|\bshooting (?:at|people|us|in the)\b|\bopened fire\b|\bshot at\b",
    rf"\b{_VIOLENCE} {_TO_SOMEBODY}\b(?! out\b)",
    rf"\b(?:attacked|strangled|hit|chasing) {_TO_SOMEBODY}\b(?! (?:for|about|over|up)\b)",
    (
        r"\b(?:he|she|husband|wife|boyfriend|girlfriend|man|men|neighbour|gang) (?:is|are|keeps)"
        r" threatening (?:me|us|him|her|them)\b(?! (?:with|to|that|about)\b)|\b(?:following"
        r"|stalking)"
        r" (?:me|us|her)\b|\b(?:some(?:one|body)|stranger) (?:is )?(?:in|inside) (?:my"
        r"|our) (?:house"
        r"|compound|home|room)\b|\b(?:gun|knife) ?point\b|\bis (?:being|getting|very|so) violent\b"
    ),
    (
        r"\b(?:being beaten|beaten up|beat (?:me|us|him|her|them) up|(?:been|being|was"
        r"|got) attacked|being chased)\b"
    ),
    (
        r"\b(?:been|was|were|got|getting|being|just|has|have|he|she|they|somebody|someone)"
        r"(?: \w+)? (?:stabbed|shot|raped|strangled|defiled|lynched|assaulted)\b"
        r"(?! (?:down\b|(?:a|the|an|our) (?:film|video|movie|advert|wedding)))"
    ),
    (
        r"\b(?:threat\w*|going to|gonna|will|wants? to|trying to|tried to|coming(?: \w+)? to"
        r"|about to"
        rf"|ready to|plans? to|swear\w* to)\b.{{0,25}}\b{_KILL}\b(?: \w+)? (?:{_TO_SOMEBODY}"
        r"|himself|herself|themselves|myself)\b|\bthreat\w*\b.{0,25}\b(?:my life|our lives)\b"
    ),
    (
        r"\b(?:mob|crowd|gang)\b.{0,40}\b(?:beat\w*|lynch\w*|kill\w*|burn\w*|attack\w*|ston\w+)\b"
        r"|\bmob\b.{0,20}\b(?:outside|here|coming)\b|\bmob justice\b"
    ),
    (
        r"\b(?:my|our|his|her|their|the|whose) li(?:fe|ves) (?:is|are) (?:in danger|at risk)\b"
        r"|\b(?:am|is|are) in (?:\w+ )?danger\b(?! of)"
    ),
    (
        r"\b(?:kidnapped|abducted|abducting)\b|\b(?:is|are) kidnapping\b|\bheld (?:hostage"
        r"|captive)\b|\bransom\b"
        r"|\b(?:child|daughter|son|baby|boy|girl) (?:is|has (?:been|gone)|went|have gone) missing\b"
    ),
    (
        rf"\b{_ROBBERS}\b(?: \w+){{0,4}} (?:here|inside|outside|(?:in|at) (?:the|my"
        rf"|our) (?:\w+ )?{_THERE}"
        r"|breaking|trying|entered|entering|coming|with guns)\b|\b(?:there (?:is|are)|we have)"
        rf"(?: \w+){{0,2}} {_ROBBERS}\b"
    ),
    (
        r"\bbreak(?:ing)? (?:in(?:to)?|down) (?:my|our|the)\b|\btrying to break in\b|\b(?:is"
        r"|are) breaking in\b|\b(?:has|have) (?:just )?broken in(?:to (?:my|our|the) (?:\w+ )?"
        rf"{_THERE}\b|$| and\b| here\b)|\b(?:i am|we are) hiding (?:in|under|behind|from)\b"
        r"|\bbeing robbed\b"
        r"|\brobbed (?:me|us)\b|\brobbery\b.{0,30}\b(?:minutes|now|here|progress)\b|\b(?:been"
        r"|just|was|were|got) (?:\w+ )?(?:robbed|carjacked|mugged)\b"
    ),
)
_ACCIDENT = (
    (
        r"\b(?:just|now)\b.{0,30}\baccident\b|\baccident\b.{0,40}\b(?:just|right now|trapped|badly"
        r"|hurt|injured|dead|dying)\b|\bthere (?:has been|is)(?: been)? an? (?:\w+ )?accident\b"
        r"|\b(?:has|have) (?:just )?(?:had|been in) an? (?:\w+ )?accident\b"
    ),
    rf"\b(?:knocked|hit|run over|crushed)(?: down)? by an? (?:\w+ )?{_VEHICLE}\b",
    (
        rf"\b{_VEHICLE}\b(?: \w+)? (?:hit|knocked|ran over|run over|crushed|rammed)(?: \w+){{0,2}} "
        rf"{_TO_SOMEBODY}\b"
    ),
    rf"\b{_VEHICLE}\b(?: \w+){{0,2}} (?:overturned|rolled|plunged|crashed|sinking)\b",
    (
        rf"\b{_SOMEBODY}(?: \w+){{0,2}} (?:trapped|buried|still inside|swept away)\b|\b(?:trapped"
        r"|stuck|buried) (?:inside|under|on the roof|in (?:the|a) (?:car|building|rubble|fire|mud"
        r"|water|house))\b|\bwater is rising\b"
    ),
    (
        r"\b(?:building|house|wall|roof|ceiling|balcony|bridge|mine|quarry|trench)\b(?: \w+){0,2}"
        r" (?:collapsed|caved in|fallen|fell) (?:on|with)\b|\bbuilding (?:has |have )?collapsed\b"
    ),
    (
        r"\b(?:building|house|block|flats?|wall|roof|storey|scaffold\w*)\b.{0,40}\b(?:came down"
        r"|come down|collapsed|caved in)\b.{0,40}\b(?:crying|screaming|under it|under there"
        r"|trapped|buried)\b"
    ),
)
_SELF_HARM = (
    (
        r"\bkill(?:ing)? (?:my|him|her|them)sel(?:f|ves)\b|\bsuicid\w+\b|\bend(?:ing)? (?:my"
        r"|his|her)"
        r" (?:own )?life\b|\bend it all\b|\b(?:take|taking) (?:my|his|her) (?:own )?life\b"
        r"|\bnot want to (?:live|be alive)\b|\b(?:want|ready|going) to die\b|\b(?:hang|hanging|harm"
        r"|harming|cut|cutting) (?:my|him|her)self\b|\btired of living\b|\b(?:no"
        r"|any) reason to live\b"
        r"|\bbetter off dead\b"
    ),
    (
        r"\b(?:standing|sitting|am|is|are) (?:\w+ ){0,2}(?:on|at) the (?:edge|ledge|railings?"
        r"|parapet) of (?:the|a) (?:\w+ )?(?:bridge|roof|building|balcony|flyover)\b"
        r"|\b(?:going|about|ready|wants?) to jump (?:off|from|out of) (?:the|a|this|my"
        r"|our) (?:\w+ )?"
        r"(?:bridge|roof|building|balcony|flyover|cliff|window|floor)\b"
    ),
)
_SWAHILI = (
    (
        r"\bha(?:pumui|pumuwi|wezi kupumua|amki|jitambui)\b|\b(?:ana|nina|wana)shindwa kupumua\b"
        r"|\b(?:ame|wame)(?:zimia|zirai|poteza fahamu|kata roho)\b|\bameanguka\b(?! mtihani)"
    ),
    (
        r"\b(?:kutokwa|(?:ana|nina|wana)tokwa)(?: na)? damu\b|\b(?:ana|nina|wana|ina)vuja damu\b"
        r"|\bdamu nyingi\b|\banatapika damu\b"
    ),
    (
        r"\bkuna moto\b|\bmoto (?:umeshika|unawaka|umewaka|mkubwa|unaenea)\b|\b(?:i|ya|wa|li|zi"
        r"|u|ki)"
        r"(?:naungua|meungua|nateketea|nachomeka)\b|\b(?:inawaka|imeshika|limeshika|imewaka) moto\b"
        r"|\bwanachoma\b"
    ),
    (
        r"\bkuna ajali\b|\bimetokea ajali\b|\b(?:tume|ame|nime|wame)pata ajali\b|\bajali mbaya\b"
        r"|\b(?:ame|wame|nime|lime|ime)(?:m|wa|ni|tu)?gong(?:a|wa)\b(?! mlango)"
    ),
    (
        r"\b(?:ame|wame|nime)(?:jeruhiwa|dungwa|chomwa|katwa|ungua|pigwa risasi)\b|\b(?:ame"
        r"|wame)umia\b"
        r"|\bnimeumia (?:sana|vibaya)\b|\b(?:ame|nime|wame)(?:kunywa|meza)\b.{0,15}\b(?:sumu|tembe"
        r"|dawa nyingi)\b|\b(?:ameumwa|nimeumwa|amegongwa) na nyoka\b"
    ),
    (
        r"\b(?:a|wa)na(?:ni|tu|m|wa)(?:piga|chapa|kata|umiza|nyonga|shambulia|baka|chinja"
        r"|ua)\b(?! simu)"
        r"|\bku(?:ni|tu|m|mu|wa)(?:ua|uwa|chinja|dunga|choma|baka)\b"
    ),
    (
        r"\b(?:ana|wana|ako na|wako na|yuko na|wakiwa na|akiwa na|wenye|mwenye)(?: \w+)? (?:bunduki"
        r"|kisu|visu|panga|mapanga|bastola|silaha)\b|\bmilio ya risasi\b"
    ),
    (
        r"\b(?:majambazi|jambazi|wezi|mwizi|wahalifu|genge)\b.{0,30}\b(?:(?:wame|ame|wana"
        r"|ana)\w+|wako"
        r"|yuko|wapo|yupo)\b|\b(?:ame|wame|nime|tume)tekwa\b|\b(?:ame|wame)(?:m|wa|ni|tu)teka\b"
        r"|\btunavamiwa\b|\btumevamiwa\b"
    ),
    (
        r"\bkuji(?:ua|uwa|nyonga|toa uhai)\b|\bnijiue\b|\bsitaki kuishi\b|\bnataka kufa\b"
        r"|\bnimechoka kuishi\b"
    ),
    (
        r"\b(?:wame|ame|tume|nime)(?:naswa|kwama) (?:ndani|kwa|kwenye|chini|juu)\b|\bmafuriko\b"
        r"|\b(?:ana|wana|tuna)zama\b|\bharufu ya gesi\b|\bgesi (?:ina|ime)vuja\b"
    ),
    (
        r"\bkifua (?:kina|ina)(?:uma|mbana)\b|\bmaumivu (?:makali )?ya kifua\b|\bdegedege\b"
        r"|\banapata"
        r" kifafa\b|\buchungu wa (?:kuzaa|uzazi)\b|\banajifungua\b"
    ),
    (
        r"\b(?:naomba|nahitaji|tuma|tumeni|leteni|tunahitaji|ita)\b.{0,15}\b(?:ambulensi"
        r"|ambulance)\b"
        r"|\bmaisha (?:yangu|yake|yetu)\b.{0,10}\bhatarini\b|\b(?:niko|tuko|yuko|wako) hatarini\b"
    ),
    (
        r"\b(?:wana|ana)vunja (?:mlango|dirisha)\b"
        r"|\b(?:nyumba|duka|soko|kibanda)(?: \w+){0,2} (?:inawaka|linawaka|limewaka|linaungua)\b"
        r"(?! (?:taa|stima|umeme))|\b(?:ime|lime|ume)lipuka\b"
        r"|\b(?:ame|wame)(?:tumbukia|angukia|zama|anguka)\b.{0,12}\b(?:mto|mtoni|kisima|kisimani"
        r"|ziwani|majini|shimo|shimoni|choo|chooni|bwawani|baharini)\b"
    ),
)
_DANGERS = tuple(
    re.compile(way) for way in (*_BODY, *_FIRE, *_VIOLENT, *_ACCIDENT, *_SELF_HARM, *_SWAHILI)
)


def tells_of_danger(said: str) -> bool:
    """Say whether a plain sentence tells of a danger to life or safety, whenever that is."""
    return any(way.search(said) for way in _DANGERS)
