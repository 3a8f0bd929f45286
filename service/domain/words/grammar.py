"""What makes a sentence lean on the one before it, language by language.

A sentence that begins with "He" or speaks of "this decision" is true only after its predecessor.
The lists err on the side of leaning: a sentence left out is no loss, one that says "she" of the
wrong person is an error in print. A language without a row has its sentences taken in order.
"""

from dataclasses import dataclass


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|") if phrase.strip())


@dataclass(frozen=True, slots=True)
class Grammar:
    """Words of one language, in small letters.

    `small_words` tell the language. A sentence leans when it begins with a phrase of `backward`,
    when a word of `pointing` stands in it (unless a word of `times` follows: "this week"), or when
    its quotation is attributed with a phrase of `speakers` only. `first_person` marks opinion.
    """

    small_words: frozenset[str]
    backward: frozenset[str] = frozenset()
    pointing: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    speakers: frozenset[str] = frozenset()
    first_person: frozenset[str] = frozenset()


GRAMMARS: dict[str, Grammar] = {
    "en": Grammar(
        small_words=_phrases("the|and|of|to|in|that|was|for|with|on|has|have|were|said|by|from|is"),
        backward=_phrases("""
            he|she|it|they|we|i|you|his|her|hers|its|their|theirs|our|my|your|him|them|this|that|
            these|those|such|both|neither|either|others|another|there|here|one official|one source|
            one witness|one resident|one of them|one of the|some of them|many of them|all of them|
            most of them|the same|the former|the latter|the other|the others|the two|the three|
            the pair|the duo|the trio|the official|the officials|the us official|the source|
            the spokesman|the spokeswoman|the spokesperson|the statement|the announcement|the move|
            the decision|the policy|the report|the man|the woman|the boy|the girl|the victim|
            the victims|the suspect|the suspects|the couple|the company|the firm|the group|
            the incident|the attack|the deal|the agreement|the plan|the bill|the law|the ruling|
            the case|the change|the changes|the minister|the president|the governor|the mayor|
            the judge|the court|the ministry|the agency|the department|the team|the club|
            the study|the researchers|the authors|the survey|the letter|the document|the documents|
            the latest|the new|the first|the second|however|but|and|or|so|yet|then|also|too|
            moreover|furthermore|meanwhile|instead|nevertheless|nonetheless|therefore|thus|hence|
            still|besides|additionally|similarly|likewise|consequently|otherwise|later|afterwards|
            afterward|earlier|previously|subsequently|separately|elsewhere|finally|in addition|
            as a result|for example|for instance|in response|at the same time|in contrast|
            by contrast|on the other hand|on the contrary|after that|before that|that said|
            even so|in turn|in fact|indeed|in other words|of those|of these|of them|when asked|
            asked|according to him|according to her|according to them|despite this|
            because of this|for that reason|to that end|since then|until then|by then|at the time|
            among them|not only|nor|even|only|just|again|once again|what is more|instead of|
            following that|the same day|the next day|the following day|a day later|days later|
            hours later|minutes later|weeks later|months later|years later|yes|no|well|plus"""),
        pointing=_phrases("this|these|such|those|the latter|the former|the same|the above"),
        times=_phrases("""
            week|weekend|month|year|morning|afternoon|evening|season|summer|winter|autumn|fall|
            spring|century|decade|time|term|quarter|monday|tuesday|wednesday|thursday|friday|
            saturday|sunday|as|who|whose|a|an"""),
        speakers=_phrases("""
            he|she|they|it|i|we|the official|the officials|the source|the spokesman|
            the spokeswoman|the spokesperson|the statement|the minister|the president|
            the governor|the mayor|the judge|the company|the man|the woman"""),
        first_person=_phrases("i|i'm|i’m|i've|i’ve|me|my|we|we're|we’re|we've|we’ve|us|our|ours"),
    ),
    "es": Grammar(
        small_words=_phrases("el|los|las|del|que|y|en|una|por|con|para|se|al|ha|su|según|es|lo"),
        backward=_phrases("""
            él|ella|ellos|ellas|esto|eso|aquello|este|esta|estos|estas|ese|esa|esos|esas|su|sus|
            ambos|ambas|otro|otra|otros|otras|lo|le|les|se trata|allí|ahí|así|sin embargo|pero|y|
            además|también|asimismo|por otra parte|por otro lado|por su parte|en cambio|entonces|
            luego|después|posteriormente|mientras tanto|por ello|por eso|por lo tanto|por tanto|
            no obstante|aun así|de hecho|por ejemplo|en respuesta|el mismo|la misma|el primero|
            el segundo|dicho|dicha|tal|tales|el funcionario|el portavoz|la portavoz|el presidente|
            la presidenta|el ministro|la ministra|el hombre|la mujer|la decisión|la medida|
            el acuerdo|el informe|el ataque|el incidente|la empresa|el texto|según él|según ella|
            uno de ellos|una de ellas|entre ellos|entre ellas|a su juicio|en total|preguntado|
            añadió|agregó|aseguró|afirmó|dijo|explicó|señaló|indicó|sostuvo|recordó|destacó|
            subrayó|insistió|precisó|aclaró|anunció|según dijo|también dijo"""),
        pointing=_phrases("""
            este|esta|estos|estas|ese|esa|esos|esas|dicho|dicha|dichos|dichas|tal|tales|aquel|
            aquella|allí"""),
        times=_phrases("""
            semana|mes|año|mañana|tarde|noche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|
            temporada|verano|invierno|primavera|otoño|siglo|vez|fin|jornada|madrugada|como|vez"""),
        speakers=_phrases("""
            dijo|añadió|afirmó|aseguró|explicó|declaró|señaló|indicó|agregó|sostuvo|concluyó|
            dijo él|dijo ella|dijo su|según su"""),
        first_person=_phrases("yo|nosotros|nuestro|nuestra|nuestros|nuestras|mi|mis|creo|pienso"),
    ),
    "fr": Grammar(
        small_words=_phrases("le|les|des|et|dans|une|du|que|qui|pour|est|sur|au|aux|par|avec|à|il"),
        backward=_phrases("""
            il|elle|ils|elles|on|ce|cet|cette|ces|ceci|cela|ça|c'est|c’est|son|sa|ses|leur|leurs|
            celui-ci|celle-ci|ceux-ci|celles-ci|ce dernier|cette dernière|tous deux|
            l'un d'eux|l’un d’eux|d'autres|d’autres|un autre|une autre|cependant|mais|et|ou|donc|
            or|car|puis|ensuite|alors|aussi|de plus|en outre|par ailleurs|toutefois|néanmoins|
            pourtant|ainsi|en effet|de son côté|pour sa part|en revanche|au contraire|
            par exemple|en réponse|dans le même temps|parallèlement|depuis|selon lui|selon elle|
            le même|la même|le ministre|la ministre|le président|la présidente|
            le porte-parole|la porte-parole|l'homme|l’homme|la femme|la décision|la mesure|
            l'accord|l’accord|le rapport|l'attaque|l’attaque|le texte|y|en|interrogé|interrogée|
            parmi eux|parmi elles|enfin|finalement|plus tard|là|quant à"""),
        pointing=_phrases(
            "ce|cet|cette|ces|tel|telle|tels|telles|celui-ci|celle-ci|ledit|ladite|là-bas"
        ),
        times=_phrases("""
            semaine|mois|année|matin|soir|nuit|après-midi|lundi|mardi|mercredi|jeudi|vendredi|
            samedi|dimanche|été|hiver|automne|printemps|saison|week-end|siècle|fois|que|qui|
            jour|jour-là"""),
        speakers=_phrases("""
            a-t-il|a-t-elle|ont-ils|ont-elles|dit-il|dit-elle|il a|elle a|explique-t-il|
            explique-t-elle|ajoute-t-il|ajoute-t-elle|affirme-t-il|affirme-t-elle|selon lui|
            selon elle"""),
        first_person=_phrases("je|j'ai|j’ai|nous|notre|nos|mon|ma|mes"),
    ),
    "pt": Grammar(
        small_words=_phrases("os|as|que|do|da|dos|das|em|um|uma|para|com|não|no|na|por|mais|é|ao"),
        backward=_phrases("""
            ele|ela|eles|elas|isso|isto|aquilo|este|esta|estes|estas|esse|essa|esses|essas|seu|sua|
            seus|suas|ambos|ambas|outro|outra|outros|outras|lá|ali|assim|no entanto|porém|contudo|
            mas|e|além disso|também|ainda|por outro lado|por sua vez|já|então|depois|em seguida|
            enquanto isso|por isso|portanto|todavia|entretanto|de fato|por exemplo|em resposta|
            o mesmo|a mesma|o primeiro|o segundo|tal|tais|o funcionário|o porta-voz|a porta-voz|
            o presidente|a presidente|o ministro|a ministra|o homem|a mulher|a decisão|a medida|
            o acordo|o relatório|o ataque|a empresa|o texto|segundo ele|segundo ela|um deles|
            uma delas|entre eles|entre elas|questionado|questionada|
            disse|afirmou|acrescentou|explicou|completou|declarou|destacou|lembrou|nesse|nessa|neste|nesta"""),
        pointing=_phrases("""
            este|esta|estes|estas|esse|essa|esses|essas|deste|desta|destes|destas|desse|dessa|
            desses|dessas|neste|nesta|nesse|nessa|nesses|nessas|tal|tais|aquele|aquela|ali"""),
        times=_phrases("""
            semana|mês|ano|manhã|tarde|noite|segunda|terça|quarta|quinta|sexta|sábado|domingo|
            segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|temporada|verão|inverno|
            século|vez|madrugada|como"""),
        speakers=_phrases("""
            ele|ela|eles|elas|disse|afirmou|acrescentou|declarou|explicou|completou|concluiu|
            disse ele|disse ela|o ministro|o presidente"""),
        first_person=_phrases("eu|nós|nosso|nossa|nossos|nossas|meu|minha|acho"),
    ),
    "de": Grammar(
        small_words=_phrases(
            "der|die|das|und|den|von|zu|mit|ist|im|für|auf|nicht|ein|eine|dem|des"
        ),
        backward=_phrases("""
            er|sie|es|wir|ich|ihr|ihre|ihren|ihrem|ihrer|sein|seine|seinen|seinem|seiner|dies|
            diese|dieser|dieses|diesen|diesem|das sei|das ist|das war|das habe|damit|dafür|dagegen|
            dabei|dadurch|davon|darauf|darüber|darunter|dazu|danach|davor|deshalb|deswegen|daher|
            darum|dann|dort|hier|so|auch|aber|und|oder|doch|jedoch|allerdings|außerdem|zudem|ferner|
            trotzdem|dennoch|hingegen|indes|indessen|inzwischen|unterdessen|zugleich|gleichzeitig|
            stattdessen|beide|beiden|einer von ihnen|andere|der andere|die andere|letztere|
            letzterer|derselbe|dieselbe|dasselbe|solche|solch|zuvor|später|anschließend|schließlich|
            zum beispiel|im gegenzug|der minister|die ministerin|der präsident|die präsidentin|
            der sprecher|die sprecherin|ein sprecher|der mann|die frau|die entscheidung|der bericht|
            der angriff|das unternehmen|der konzern|das abkommen|ihm zufolge|ihr zufolge|demnach|
            laut ihm|er und|nun|denn|hinzu kommt|dem bericht zufolge"""),
        pointing=_phrases("""
            diese|dieser|dieses|diesen|diesem|solche|solcher|solchen|solches|jene|jener|jenes|
            jenen|jenem|dort|daraufhin|damals"""),
        times=_phrases("""
            woche|monat|jahr|jahres|morgen|abend|nachmittag|montag|dienstag|mittwoch|donnerstag|
            freitag|samstag|sonntag|sommer|winter|herbst|frühjahr|frühling|saison|jahrhundert|mal|
            wochenende|tag|tagen"""),
        speakers=_phrases("er|sie|es|der minister|die ministerin|der präsident|der sprecher"),
        first_person=_phrases("ich|wir|uns|unser|unsere|mein|meine"),
    ),
    "it": Grammar(
        small_words=_phrases(
            "il|gli|che|di|della|del|per|una|con|non|sono|è|nel|alla|dei|ha|anche"
        ),
        backward=_phrases("""
            egli|ella|lui|lei|essi|loro|esso|essa|questo|questa|questi|queste|quello|quella|ciò|
            suo|sua|suoi|sue|entrambi|entrambe|altri|altre|un altro|un'altra|lì|là|così|ma|e|però|
            tuttavia|inoltre|anche|infatti|quindi|poi|intanto|nel frattempo|invece|dunque|perciò|
            per questo|in seguito|successivamente|ad esempio|in risposta|lo stesso|la stessa|
            il ministro|la ministra|il presidente|il portavoce|l'uomo|l’uomo|la donna|la decisione|
            il rapporto|l'attacco|l’attacco|secondo lui|secondo lei|
            ha detto|ha aggiunto|ha spiegato|ha dichiarato|lo ha|uno di loro|tra loro|tra questi|
            tale|tali"""),
        pointing=_phrases("questo|questa|questi|queste|quest|tale|tali|quel|quella|quei|quelle"),
        times=_phrases("""
            settimana|mese|anno|mattina|sera|notte|pomeriggio|lunedì|martedì|mercoledì|giovedì|
            venerdì|sabato|domenica|estate|inverno|autunno|primavera|stagione|secolo|volta"""),
        speakers=_phrases("ha detto|ha aggiunto|ha spiegato|ha dichiarato|ha affermato|conclude"),
        first_person=_phrases("io|noi|nostro|nostra|mio|mia|credo|penso"),
    ),
    "nl": Grammar(
        small_words=_phrases("de|het|een|van|en|dat|op|voor|met|zijn|niet|aan|door|er|om|bij|werd"),
        backward=_phrases("""
            hij|zij|ze|het|wij|we|ik|dit|dat|deze|die|zijn|haar|hun|beide|beiden|andere|anderen|
            daar|daarmee|daarom|daarna|daarbij|daardoor|dus|maar|en|of|ook|echter|toch|bovendien|
            verder|intussen|ondertussen|vervolgens|later|eerder|zo|bijvoorbeeld|volgens hem|
            volgens haar|de minister|de president|de woordvoerder|een woordvoerder|de man|de vrouw|
            het besluit|de aanval|het rapport|het bedrijf|zulke|zo'n|tevens|wel"""),
        pointing=_phrases("dit|deze|zulke|zo'n|dergelijke"),
        times=_phrases("""
            week|maand|jaar|ochtend|middag|avond|nacht|maandag|dinsdag|woensdag|donderdag|vrijdag|
            zaterdag|zondag|zomer|winter|seizoen|eeuw|keer"""),
        speakers=_phrases("hij|zij|ze|de minister|de woordvoerder"),
        first_person=_phrases("ik|wij|we|ons|onze|mijn"),
    ),
    "pl": Grammar(
        small_words=_phrases("i|w|na|się|z|że|do|nie|jest|o|to|jak|po|przez|od|dla|oraz|który"),
        backward=_phrases("""
            on|ona|ono|oni|one|to|ten|ta|ci|te|jego|jej|ich|jednak|ale|a|i|oraz|także|również|
            ponadto|poza tym|tymczasem|natomiast|dlatego|więc|zatem|potem|następnie|później|
            wcześniej|tam|obaj|obie|inni|inne|według niego|według niej|minister|prezydent|rzecznik|
            dodał|dodała"""),
        pointing=_phrases("ten|ta|to|ci|te|tego|tej|tych|tym|tę|taki|taka|takie|takich"),
        times=_phrases("tydzień|tygodniu|miesiąc|miesiącu|rok|roku|raz|razem|dzień|sezonie|wieku"),
        speakers=_phrases("powiedział|powiedziała|dodał|dodała|stwierdził|stwierdziła|podkreślił"),
        first_person=_phrases("ja|my|nasz|nasza|nasze|mój|moja|moje"),
    ),
    "ru": Grammar(
        small_words=_phrases("и|в|на|не|что|с|по|это|как|из|за|для|от|о|к|был|он|его|при|об|до"),
        backward=_phrases("""
            он|она|оно|они|его|её|ее|их|ему|ей|им|это|этот|эта|эти|этого|этой|этих|тот|та|те|такой|
            такая|такое|такие|оба|обе|другой|другие|однако|но|и|а|также|кроме того|при этом|
            между тем|тем временем|поэтому|затем|потом|позже|ранее|впоследствии|тогда|там|так|
            в частности|например|в свою очередь|по его словам|по её словам|по ее словам|
            по их словам|об этом|в ответ|тем не менее|в то же время|к тому же|министр|чиновник|
            источник|мужчина|женщина|решение|документ"""),
        pointing=_phrases("""
            этот|эта|эти|этого|этой|этих|этим|этому|эту|этом|такой|такая|такие|таких|такого|
            данный|данная|данное"""),
        times=_phrases("""
            неделе|неделю|месяце|году|год|день|утро|вечер|раз|лето|зиму|время|сезоне|
            понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье"""),
        speakers=_phrases("он|она|они|его|её|ее|их"),
        first_person=_phrases("я|мы|наш|наша|наши|мой|моя|нам|нас"),
    ),
    "uk": Grammar(
        small_words=_phrases("і|в|у|на|не|що|з|та|до|за|про|як|від|для|це|його|був|під"),
        backward=_phrases("""
            він|вона|воно|вони|його|її|їх|їхній|це|цей|ця|ці|такий|така|такі|обидва|обидві|інші|
            однак|але|і|та|а|також|крім того|при цьому|тим часом|тому|потім|пізніше|раніше|тоді|там|
            так|зокрема|наприклад|своєю чергою|за його словами|за її словами|про це|водночас|
            втім|проте"""),
        pointing=_phrases("цей|ця|ці|цього|цієї|цих|цим|цьому|цю|такий|така|такі|таких"),
        times=_phrases("тижня|тиждень|місяця|року|рік|день|ранку|вечора|разу|раз|сезону"),
        speakers=_phrases("він|вона|вони|його|її"),
        first_person=_phrases("я|ми|наш|наша|наші|мій|моя|нам|нас"),
    ),
    "el": Grammar(
        small_words=_phrases("και|το|η|ο|να|της|του|την|τα|με|για|σε|από|που|τον|στο|στην|θα"),
        backward=_phrases("""
            αυτός|αυτή|αυτό|αυτοί|αυτές|αυτά|εκείνος|εκείνη|ωστόσο|αλλά|και|επίσης|επιπλέον|
            παράλληλα|ακόμη|ακόμα|στη συνέχεια|έπειτα|μετά|έτσι|όμως|εκεί|τότε|ο ίδιος|η ίδια|
            σύμφωνα με τον ίδιο|ο υπουργός|η υπουργός|ο εκπρόσωπος"""),
        pointing=_phrases(
            "αυτός|αυτή|αυτό|αυτοί|αυτές|αυτά|αυτού|αυτής|αυτών|τέτοια|τέτοιο|τέτοιες"
        ),
        times=_phrases("τη|την|τον|το|εβδομάδα|χρόνο|φορά"),
        speakers=_phrases("είπε|τόνισε|πρόσθεσε|δήλωσε"),
        first_person=_phrases("εγώ|εμείς|μας|μου"),
    ),
    "tr": Grammar(
        small_words=_phrases("ve|bir|bu|da|de|için|ile|olarak|olan|çok|daha|en|sonra|göre|dedi"),
        backward=_phrases("""
            o|onlar|bu|bunlar|şu|bunun|bunu|buna|bununla|ancak|ama|fakat|ve|ayrıca|öte yandan|
            bunun üzerine|daha sonra|sonra|böylece|bu nedenle|bu yüzden|dolayısıyla|orada|ikisi de|
            diğer|diğerleri|ona göre|örneğin|bakan|sözcü|yetkili|ardından|üstelik|yine de|oysa"""),
        pointing=_phrases("bu|şu|böyle|böylesi|söz konusu"),
        times=_phrases("hafta|ay|yıl|sabah|akşam|gece|kez|sezon|yaz|kış|gün|arada"),
        speakers=_phrases("dedi|ifade etti|diye konuştu|şeklinde konuştu"),
        first_person=_phrases("ben|biz|bizim|benim"),
    ),
    "id": Grammar(
        small_words=_phrases("yang|dan|di|ini|itu|dengan|untuk|pada|dari|tidak|dalam|akan|oleh|ke"),
        backward=_phrases("""
            dia|ia|mereka|beliau|ini|itu|hal ini|hal itu|hal tersebut|namun|tetapi|tapi|dan|juga|
            selain itu|sementara itu|kemudian|lalu|setelah itu|karena itu|oleh karena itu|
            dengan demikian|di sana|di sisi lain|keduanya|menurutnya|menurut dia|misalnya|
            sebelumnya|selanjutnya|meski begitu|meski demikian"""),
        pointing=_phrases("tersebut"),
        speakers=_phrases("katanya|ujarnya|kata dia|ujar dia|ucapnya|tuturnya|jelasnya"),
        first_person=_phrases("saya|kami|kita|aku"),
    ),
    "sw": Grammar(
        small_words=_phrases("na|ya|wa|kwa|katika|ni|la|za|kuwa|alisema|hii|cha|watu|baada|kama"),
        backward=_phrases("""
            yeye|wao|hii|hiyo|huyo|hao|hawa|hilo|hili|hayo|haya|lakini|hata hivyo|pia|aidha|
            kadhalika|wakati huo huo|baadaye|kisha|hivyo|kwa hiyo|huko|pale|wote wawili|
            kwa mujibu wake|alisema|aliongeza|akaongeza|vilevile"""),
        pointing=_phrases("hii|hiyo|huyo|hao|hawa|hilo|hili|hayo|haya|hizo|hizi|hicho"),
        times=_phrases("wiki|mwezi|mwaka|asubuhi|jioni|usiku"),
        speakers=_phrases("alisema|aliongeza|amesema|ameongeza"),
        first_person=_phrases("mimi|sisi|yetu|yangu|wetu"),
    ),
    "ha": Grammar(
        small_words=_phrases("da|na|ya|ta|a|ce|cewa|wannan|su|ba|don|kuma|sun|ne|wani|mai|yi"),
        backward=_phrases("""
            shi|ita|su|ya|ta|sun|wannan|waɗannan|wadannan|wancan|amma|kuma|har ila yau|haka|
            haka kuma|sai|daga baya|bayan haka|saboda haka|a halin yanzu|a gefe guda|dukkansu|
            in ji shi|in ji ta|a cewarsa|a cewarta"""),
        pointing=_phrases("wannan|waɗannan|wadannan|wancan|irin wannan"),
        times=_phrases("mako|wata|shekara|makon|watan|shekarar|karon"),
        speakers=_phrases("in ji shi|in ji ta|ya ce|ta ce|inji shi|inji ta"),
        first_person=_phrases("ni|mu|namu|nawa"),
    ),
    "yo": Grammar(
        small_words=_phrases("ní|ti|àti|fún|tí|ó|náà|sí|kan|ni|pé|wọ́n|àwọn|láti|yìí|sọ|nínú"),
        backward=_phrases("""
            ó|wọ́n|òun|àwọn náà|èyí|ìyẹn|yìí|ṣùgbọ́n|àmọ́|sùgbọ́n|bákan náà|lẹ́yìn náà|nítorí náà|
            bẹ́ẹ̀|níbẹ̀|ọkùnrin náà|obìnrin náà|gómìnà náà|ìjọba náà"""),
        pointing=_phrases("yìí|wọ̀nyí|náà|yẹn"),
        times=_phrases("ọ̀sẹ̀|oṣù|ọdún"),
        speakers=_phrases("ni ó wí|ó ní|ó sọ|ni ó sọ|wọ́n ní"),
        first_person=_phrases("mo|èmi|àwa|wa"),
    ),
    "ar": Grammar(
        small_words=_phrases("في|من|على|إلى|أن|عن|التي|الذي|مع|قال|بعد|ما|هذا|كان|هذه|لم"),
        backward=_phrases("""
            هو|هي|هم|هن|هما|هذا|هذه|هؤلاء|ذلك|تلك|أولئك|وهو|وهي|وهم|وقال|وأضاف|وأضافت|وقالت|
            وأوضح|وأوضحت|وأكد|وأكدت|وأشار|وأشارت|وتابع|وتابعت|وكان|وكانت|وجاء|وجاءت|وذكر|وذكرت|
            كما|لكن|ولكن|غير أن|بيد أن|إلا أن|وفي|ومن|وعلى|ومع|وبعد|ولم|وقد|وفقا له|وبحسب|أيضا|
            كذلك|ثم|بينما|فيما|في المقابل|من جانبه|من جهته|من جهتها|من جانبها|من ناحية أخرى|بدوره|
            بدورها|لذلك|هناك|وتأتي|ويأتي|ولفت|ونقل|ونقلت|وبذلك|وهذا|وهذه|وذلك"""),
        pointing=_phrases("هذا|هذه|هؤلاء|ذلك|تلك|المذكور|المذكورة"),
        times=_phrases("الأسبوع|الشهر|العام|السنة|الصباح|المساء|اليوم|الموسم|المرة"),
        speakers=_phrases("قال|قالت|أضاف|أضافت|قائلا|قائلة"),
        first_person=_phrases("أنا|نحن"),
    ),
    "fa": Grammar(
        small_words=_phrases("در|به|از|که|این|را|با|است|برای|آن|یک|شد|بر|گفت|خود"),
        backward=_phrases("""
            او|وی|آنها|آن‌ها|ایشان|این|آن|اما|ولی|و|همچنین|همچنان|سپس|بنابراین|با این حال|
            در همین حال|از سوی دیگر|به گفته او|به گفته وی|هر دو|پس|در آنجا|نیز"""),
        pointing=_phrases("این|آن|چنین|همین|همان"),
        times=_phrases("هفته|ماه|سال|روز|صبح|شب|فصل|بار"),
        speakers=_phrases("او گفت|وی گفت|گفت|افزود"),
        first_person=_phrases("من|ما"),
    ),
    "ur": Grammar(
        small_words=_phrases("کے|کی|میں|ہے|کا|نے|سے|اور|کو|پر|کہ|یہ|ہیں|اس|کہا|تھا"),
        backward=_phrases("""
            وہ|یہ|اس|ان|انہوں|انھوں|اسی|لیکن|مگر|اور|تاہم|بھی|دوسری طرف|دوسری جانب|اس کے بعد|
            بعد ازاں|پھر|چنانچہ|وہاں|دونوں|جبکہ|ادھر|اسے|انہیں"""),
        pointing=_phrases("اس|ان|یہ|ایسے|ایسی|ایسا|اسی|انہی"),
        times=_phrases("ہفتے|ماہ|سال|صبح|شام|وقت|بار"),
        speakers=_phrases("انہوں نے|انھوں نے|اس نے"),
        first_person=_phrases("میں نے|ہم|ہمارا|ہماری"),
    ),
    "hi": Grammar(
        small_words=_phrases("के|की|में|है|का|ने|से|और|को|पर|कि|यह|हैं|इस|कहा|था"),
        backward=_phrases("""
            वह|वे|यह|ये|उन्होंने|उसने|इसने|उनके|उनकी|उनका|उसके|उसकी|इसके|इसकी|इसका|इस|इन|उस|उन|
            इसी|उसी|लेकिन|मगर|परंतु|हालांकि|हालाँकि|और|भी|वहीं|साथ ही|दूसरी ओर|दूसरी तरफ|इसके बाद|
            इसके अलावा|फिर|इसलिए|वहां|वहाँ|दोनों|जबकि|इधर|उधर|उन्हें|उसे|इसे"""),
        pointing=_phrases("इस|इन|यह|ये|ऐसे|ऐसी|ऐसा|उस|उन|इसी|उसी"),
        times=_phrases("सप्ताह|हफ्ते|महीने|साल|वर्ष|सुबह|शाम|समय|बार"),
        speakers=_phrases("उन्होंने|उसने|उनके"),
        first_person=_phrases("मैं|मैंने|हम|हमने|हमारा|हमारी"),
    ),
    "bn": Grammar(
        small_words=_phrases("এবং|ও|এই|করে|থেকে|একটি|জন্য|হয়|তার|করা|হয়েছে|বলেন|না|এর|সঙ্গে"),
        backward=_phrases("""
            তিনি|তারা|তাঁরা|সে|এটি|এটা|এই|এসব|সেই|তার|তাঁর|তাদের|কিন্তু|তবে|এবং|আর|এছাড়া|
            এ ছাড়া|অন্যদিকে|এদিকে|পরে|এরপর|তাই|সেখানে|উভয়|একই সঙ্গে"""),
        pointing=_phrases("এই|এসব|সেই|ওই|এমন|এ"),
        times=_phrases("সপ্তাহে|মাসে|বছর|বছরে|সময়|বার"),
        speakers=_phrases("তিনি|তারা|তাঁরা"),
        first_person=_phrases("আমি|আমরা|আমাদের|আমার"),
    ),
    "he": Grammar(
        small_words=_phrases("של|את|על|לא|כי|הוא|עם|גם|זה|היא|אל|או|אמר|היה|בין|כל"),
        backward=_phrases("""
            הוא|היא|הם|הן|זה|זו|זאת|אלה|אלו|אבל|אך|אולם|ואולם|גם|כמו כן|בנוסף|לאחר מכן|לכן|שם|
            שניהם|שתיהן|לדבריו|לדבריה|לדבריהם|עם זאת|מנגד|מצידו|מצדו|בינתיים|כך"""),
        pointing=_phrases("הזה|הזו|הזאת|האלה|האלו|זה|זו|כזה|כזו|כאלה"),
        speakers=_phrases("אמר|אמרה|הוסיף|הוסיפה|לדבריו|לדבריה"),
        first_person=_phrases("אני|אנחנו|שלנו|שלי"),
    ),
    "am": Grammar(
        small_words=_phrases("ላይ|እና|ነው|ውስጥ|ይህ|ሲሉ|መሆኑን|ተናግረዋል|ወደ|ጋር"),
        backward=_phrases("እሱ|እሷ|እነሱ|እርሳቸው|ይህ|ይህን|ይህም|እነዚህ|ነገር ግን|ሆኖም|በተጨማሪም|እንዲሁም|ከዚያ|ስለዚህ"),
        pointing=_phrases("ይህ|ይህን|ይህም|እነዚህ|ያ"),
        speakers=_phrases("ብለዋል|ሲሉ|አሉ"),
    ),
    "zh": Grammar(
        small_words=frozenset(),
        backward=_phrases("""
            他|她|它|他们|她们|它们|他們|她們|其|其中|这|这些|这个|这一|这次|该|此|此外|此前|此次|这项|
            這|這些|這個|這項|該|这名|该名|两人|二人|双方|但|但是|然而|不过|不過|而|而且|并且|同时|同時|
            另外|另一方面|因此|所以|随后|隨後|之后|对此|對此|据此|与此同时|與此同時|那|那些|有关|上述"""),
        pointing=_phrases(
            "这项|这一|这些|这次|该公司|该国|该名|該公司|該國|這項|這些|此举|此案|上述|对此"
        ),
        speakers=_phrases("他说|她说|他表示|她表示|他们说|他說|她說|他称|她称|他指出|他补充"),
        first_person=_phrases("我们|我們|笔者"),
    ),
    "ja": Grammar(
        small_words=frozenset(),
        backward=_phrases("""
            彼|彼女|彼ら|これ|この|こう|こうした|このため|このほか|これに|これら|それ|その|そのため|
            そこ|そして|それで|しかし|だが|また|さらに|一方|同|同氏|同社|同省|同日|両|両者|両氏|なお|
            ただ|ただし|ところが|したがって|つまり|例えば|ここ|あの|あれ|そうした|ほか|すると"""),
        pointing=_phrases("この|これら|こうした|その|それら|そうした|同氏|同社|同省"),
        speakers=_phrases("と彼は|と彼女は|と同氏|と語った|と述べた|と話した"),
        first_person=_phrases("私|私たち|我々|筆者"),
    ),
    "ko": Grammar(
        small_words=frozenset(),
        backward=_phrases("""
            그는|그녀는|그들은|그의|그것은|이는|이것은|이에|이번|이를|이와|이런|이러한|그|이|그러나|
            하지만|그리고|또|또한|한편|이어|이후|따라서|그래서|반면|특히|두 사람|양측|해당"""),
        pointing=_phrases("이런|이러한|그런|그러한|해당|이같은|이 같은"),
        speakers=_phrases("그는|그녀는|그들은"),
        first_person=_phrases("나는|우리는|우리"),
    ),
}

# Written without spaces between words: a phrase is looked for as such, not as whole words.
GLUED_LANGUAGES = frozenset(("zh", "ja", "th", "lo", "km", "my"))
