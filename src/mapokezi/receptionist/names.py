"""A gazetteer of Kenyan first and family names, with how they sound, to right what was misheard.

The lists are of names commonly borne in Kenya across its communities, written down for this
program from general knowledge. A name that is not in them is still taken: it is read back spelled.
"""

from __future__ import annotations

from functools import cache

from mapokezi.receptionist.sounds import sound_of
from mapokezi.receptionist.words import listed

COMMON_FIRST = listed(
    """
    Mary Jane Grace Faith Mercy Joyce Esther Ruth Alice Agnes Ann Lucy Margaret Elizabeth Rose
    Catherine Caroline Susan Sarah Nancy Florence Beatrice Janet Lilian Lydia Eunice Rachel
    Hannah Josephine Christine Irene Gladys Purity Winnie Stella Sharon Sheila Diana Brenda
    Betty Amina Aisha Fatuma Halima John Peter James Joseph David Daniel Samuel Paul George
    Stephen Francis Patrick Simon Joshua Michael Charles Robert William Thomas Moses Anthony
    Benson Brian Dennis Edward Elijah Emmanuel Eric Felix Geoffrey Isaac Jackson Kenneth Kennedy
    Kevin Mark Martin Nicholas Philip Richard Stanley Victor Vincent Ahmed Abdi Ali Hassan
    Hussein Ibrahim Mohamed Omar Juma
    """
)
"""First names that every office hears each week."""

COMMON_FAMILY = listed(
    """
    Wanjiku Wanjiru Wambui Wangari Wangui Njeri Nyambura Wairimu Muthoni Nyokabi Njoki Kamau
    Mwangi Njoroge Kariuki Maina Karanja Kimani Macharia Ndungu Kinyua Muriithi Mburu Nganga
    Njenga Wachira Wainaina Kenyatta Mutua Mutuku Musyoka Mwende Mutiso Musyoki Kilonzo Kioko
    Mueni Nduku Otieno Ochieng Odhiambo Omondi Onyango Okoth Ouma Owino Okello Oduor Odinga
    Owuor Achieng Atieno Akinyi Adhiambo Anyango Awuor Auma Akoth Barasa Wafula Wekesa Simiyu
    Wanyama Wanjala Nekesa Nafula Makokha Juma Cherono Chebet Chepkoech Cheptoo Cherotich Kibet
    Kiprono Kiprop Kiprotich Kipchoge Kipkorir Kiplagat Kirui Koech Korir Langat Rono Rotich
    Ruto Cheruiyot Kimutai Mutai Moraa Kemunto Kerubo Nyaboke Kwamboka Nyakundi Momanyi Bosire
    Patel Shah Kaur Chege
    """
)
"""Family names, and the given names borne as such, that are heard most."""

OTHER_FIRST = listed(
    """
    Anne Anna Jackline Jacqueline Damaris Dorcas Rebecca Naomi Judith Christina Winfred Violet
    Veronica Virginia Teresia Teresa Sylvia Rosemary Rahab Priscilla Pauline Peninah Monica
    Milka Mildred Millicent Maureen Linet Linda Leah Joan Jennifer Hellen Helen Gloria Frida
    Fridah Everlyne Evelyn Emily Edith Doris Consolata Charity Cynthia Beth Benta Antonina
    Angela Zainab Khadija Mwanaisha Rehema Salma Zawadi Neema Vivian Phoebe Loise Lois Tabitha
    Miriam Martha Ivy Hope Joy Patience Yvonne Valentine Clare Claire Ashley Michelle Nicole
    Antony Benjamin Bernard Boniface Caleb Christopher Cyrus Collins Dominic Douglas Duncan
    Edwin Elias Enock Erick Evans Ezekiel Fred Fredrick Gabriel Gideon Gilbert Godfrey Harrison
    Henry Hillary Isaiah Jacob Japheth Jared Jeremiah Jimmy Job Jonathan Julius Justus Laban
    Lawrence Leonard Lewis Luke Matthew Maurice Meshack Nathan Nelson Nickson Oscar Phillip
    Raphael Raymond Reuben Ronald Ruben Sammy Shadrack Silas Solomon Steve Steven Sylvester
    Timothy Titus Tom Tony Walter Wilfred Wilson Wycliffe Zachary Zablon Abdullahi Ismail Salim
    Yusuf Abdallah Rashid Said Swaleh Jomo Uhuru Raila Baraka Amani Alex Allan Alfred Amos
    Andrew Abraham Aaron Albert Chris Dan Joel Levi Noah Ian Ken Ryan Derrick Clinton Elvis
    Festus Hawa Rukia Nasra Saida Abdalla
    """
)
"""Further first names."""

OTHER_FAMILY = listed(
    """
    Wanjugu Waithera Mumbi Wacera Wacuka Waceke Wamaitha Warigia Wamuyu Wangechi Wanja Nyawira
    Gathoni Wahu Wacu Njuguna Kuria Gitau Waweru Irungu Gichuru Githinji Kibaki Muchiri Murage
    Muriuki Muraya Mbugua Muigai Muiruri Mungai Muturi Ndegwa Ndirangu Nderitu Ngugi Ngige Njogu
    Nyaga Nyoro Wahome Wamae Gachagua Gathogo Gicheru Githae Gitonga Kabiru Kabogo Kagwe Kahiga
    Kamande Karugu Kiarie Kihara Koinange Mathenge Mathu Matu Theuri Thuku Thuo Warui Waititu
    Mwaura Mwai Mukami Mugo Mugambi Murithi Mwiti Muthama Mwanzia Nzioka Nzomo Ndunda Kiilu
    Kyalo Kalonzo Makau Mbithi Muia Muli Mulwa Mumo Mwikali Ndinda Ngina Syombua Wavinya Wayua
    Kavata Katunge Kasyoka Mbula Mutheu Munyao Muthui Mutinda Kitheka Mutemi Maundu Mwongela
    Ogutu Ojwang Okeyo Oloo Olweny Omolo Opiyo Opondo Orengo Osoro Otiende Oyoo Odongo Ogola
    Ochola Obiero Oluoch Apiyo Adongo Akello Awino Aoko Achola Aluoch Amondi Wasonga Naliaka
    Nasimiyu Nanjala Khaemba Kundu Masinde Mukhwana Shikuku Shiundu Shitanda Lusweti Mudavadi
    Musalia Mukasa Wetangula Wamalwa Wangamati Wabwire Were Ingosi Imbuga Khalwale Amisi Lumumba
    Savula Atsango Ambani Andayi Luvai Mulama Oparanya Ouko Okumu Okumbe Oketch Nyongesa Sifuna
    Chepkemoi Chepngetich Chelimo Chelagat Jepkosgei Jepchirchir Jeptoo Jerotich Jebet Jelagat
    Kemboi Kipkemboi Kipngetich Kiptoo Kiptum Kiptanui Keter Kiplimo Koskei Kosgei Lagat Limo
    Sang Sigei Sitienei Tanui Too Tuwei Bett Biwott Bii Birgen Boit Cheboi Chumba Keino Kigen
    Kimeli Kimaiyo Kittony Kones Mibei Moi Ngeno Ngetich Rutto Towett Yego Bosibori Nyanchama
    Gesare Bonareri Mokeira Nyamweya Nyaberi Nyachae Nyagaka Nyangau Omwenga Onsongo Onyancha
    Ongeri Ombati Ondieki Mogaka Mogire Matiangi Makori Magara Maranga Mose Obwocha Ogeto Okari
    Omari Osiemo Ratemo Tinega Angwenyi Arasa Gekonge Kebaso Mwakio Mwadime Mwamburi Mwandawiro
    Mwachofi Mwatela Mwashetani Mwinyi Mwanyoha Kazungu Karisa Katana Charo Kahindi Kenga Baya
    Chengo Mwambire Ngala Safari Thoya Tsuma Shehe Bakari Hamisi Khamis Mbarak Sheikh Ole Lenku
    Nkaissery Ntimama Saitoti Sankok Tipis Konchellah Lekuton Lesuuda Leshore Lempurkel Sironka
    Naisula Nkedianye Kantai Naipanoi Nashipae Nasieku Silantoi Ekai Ekal Ekeno Lokichar Nanok
    Emuria Lodepe Munyes Akuru Duale Keynan Haji Billow Elmi Farah Guyo Galgalo Halake Jillo
    Wario Boru Golicha Dida Abdikadir Adan Warsame Osman Noor Singh Mehta Desai Joshi Chepkwony
    Kamotho Kihoro Waruguru Wandia Wangeci Nyaguthii Mwihaki Wambura Wangu Kairu Kiragu Kimathi
    Kirinyaga Njiru Njue Kithinji Kiraitu Mbogo Mbaabu Murungi Mwenda Mutuma Muthaura Makena
    Kananu Karimi Gacheri Kagendo Kendi Nkatha Nkirote Kinoti Kirimi Koome Mutisya Musembi Muema
    Mbatha Nthenya Mwangangi Kimanzi Wambua Nzau Kimeu Mutie Musau Munguti Mutunga Ndolo Kituku
    Muthiani Kalekye Mutethya Wanyoike Njuki Kagiri Gathecha Kinuthia Gikonyo Gichuki Kihiu
    Ngure Ngunjiri Munene Wanjohi Gathumbi Karuga Kamanu Odero Oburu Obura Otiato
    Odera Ogolla Oyugi Awiti Agutu Arogo Lubanga Makhanu Muchelule Wanyonyi Namachanja
    Nangila Nelima Nabwire Wangila Kisiangani Mwirigi Gitobu Muthomi Nyambane Nyamwamu Nyaboga
    Nyanduko Makini Omwamba Chepkirui Chepkorir Chepngeno Chesang Chemutai Jepkemboi Jepkorir
    Kipruto Kipsang Kiprugut Kibiwott Kandie Tarus Samoei Lesiyampe Nkoidila Ntutu Mwachia Mwakazi
    Mwalimu Mwangombe Dzombo Gona Kombe Nyale Randu Athman Shariff Hirsi Gedi Abdow
    """
)
"""Further family names."""


@cache
def sounds_of_names() -> dict[str, str]:
    """Give every name of the gazetteer with its sound; common ones first."""
    names = [*COMMON_FIRST, *COMMON_FAMILY, *OTHER_FIRST, *OTHER_FAMILY]
    return {name: sound_of(name) for name in names}


@cache
def common_names() -> frozenset[str]:
    """Give the names that are heard most."""
    return frozenset((*COMMON_FIRST, *COMMON_FAMILY))


@cache
def first_names() -> frozenset[str]:
    """Give the names that are first names and nothing else."""
    return frozenset((*COMMON_FIRST, *OTHER_FIRST)) - frozenset((*COMMON_FAMILY, *OTHER_FAMILY))


@cache
def family_names() -> dict[str, str]:
    """Give the family names by lower-case spelling."""
    return {name.lower(): name for name in (*COMMON_FAMILY, *OTHER_FAMILY)}


@cache
def known_by_spelling() -> dict[str, str]:
    """Give the gazetteer by lower-case spelling."""
    return {name.lower(): name for name in sounds_of_names()}
