"""What pages put around a story, in the words of many languages.

LABELS are furniture when they are the whole line or stand before a colon or a bar.
OPENINGS make furniture of any line that begins with them. Letters and digits are compared, case
is not. A sentence lost here costs little; "Kindly share this story" in a post costs a lot.
"""
# ruff: noqa: E501 - words of other scripts are the point

# Headings of the page's tail: two lines of these in a row end the story.
TAIL_LABELS: dict[str, str] = {
    "en": """
        kindly share this story|share this story|share this article|share this post|share this|
        share this news|share this page|share this with|share via|share|share on|share now|
        share and tweet|please share this story|spread the word|click to share|sharing is caring|
        top news|top stories|related articles|related article|related stories|related posts|
        related news|related topics|related content|related|more on this story|more from|more news|
        more stories|most read|most popular|most viewed|trending|trending now|trending stories|
        latest news|latest stories|recent posts|recommended|recommended for you|you may also like|
        you might also like|you may like|up next|next article|previous article|next post|
        previous post|editors picks|editor s picks|editors choice|popular posts|around the web|
        from around the web|sponsored|sponsored content|promoted stories|comments|leave a comment|
        leave a reply|post a comment|join the conversation|view comments|tags|topics|filed under|
        about the author|whatsapp|facebook|twitter|linkedin|telegram|instagram|pinterest|reddit|
        email|e mail|print|copy link|tweet|pin it|x|tiktok|youtube|threads|bluesky|mastodon""",
    "es": """
        comparte esta noticia|compartir esta noticia|comparte este artículo|compartir|comparte|
        compartir en|noticias relacionadas|artículos relacionados|te puede interesar|
        también te puede interesar|lo más leído|lo más visto|últimas noticias|más noticias|
        más información|comentarios|deja un comentario|etiquetas|temas|archivado en|
        te recomendamos|contenido patrocinado|noticia relacionada|más sobre este tema""",
    "fr": """
        partager cet article|partagez cet article|partager|partagez|partager sur|articles liés|
        articles similaires|à lire également|sur le même sujet|les plus lus|les plus consultés|
        dernières nouvelles|dernières actualités|à la une|commentaires|laisser un commentaire|
        mots clés|étiquettes|vous aimerez aussi|contenu sponsorisé|réagir|nos dernières vidéos""",
    "pt": """
        compartilhe esta notícia|compartilhe|compartilhar|compartilhar no|partilhar|
        partilhe este artigo|notícias relacionadas|artigos relacionados|mais lidas|mais lidos|
        últimas notícias|veja mais|comentários|deixe um comentário|tags|recomendado para você|
        você também pode gostar|conteúdo patrocinado|mais notícias""",
    "de": """
        artikel teilen|diesen artikel teilen|teilen|teilen auf|jetzt teilen|mehr zum thema|
        verwandte artikel|ähnliche artikel|meistgelesen|meist gelesen|beliebte artikel|
        das könnte sie auch interessieren|das könnte dich auch interessieren|neueste nachrichten|
        aktuelle nachrichten|kommentare|kommentar schreiben|schlagwörter|themen|empfohlen|
        weitere artikel|weitere meldungen|zur startseite""",
    "it": """
        condividi|condividi su|condividi questo articolo|articoli correlati|notizie correlate|
        potrebbe interessarti|ti potrebbe interessare|i più letti|ultime notizie|commenti|
        lascia un commento|argomenti|contenuto sponsorizzato""",
    "nl": """
        deel dit artikel|deel dit bericht|delen|deel|gerelateerde artikelen|lees meer|
        meest gelezen|laatste nieuws|reacties|plaats een reactie|meer over dit onderwerp|
        ook interessant|onderwerpen""",
    "ar": """
        شارك هذا الخبر|شارك الخبر|شارك هذا المقال|شارك|مشاركة|شارك على|انشر|أخبار ذات صلة|
        مقالات ذات صلة|مواضيع ذات صلة|اخبار متعلقة|الأكثر قراءة|الأكثر مشاهدة|آخر الأخبار|
        أهم الأخبار|التعليقات|تعليقات|اترك تعليقا|الكلمات الدلالية|وسوم|قد يعجبك أيضا|المزيد""",
    "hi": """
        इस खबर को शेयर करें|खबर शेयर करें|शेयर करें|साझा करें|संबंधित खबरें|संबंधित लेख|
        सबसे ज्यादा पढ़ी गई|ताज़ा खबरें|ताजा खबरें|बड़ी खबरें|टिप्पणियाँ|टिप्पणी करें|टैग्स|
        ये भी देखें|और खबरें""",
    "bn": """
        খবরটি শেয়ার করুন|শেয়ার করুন|সম্পর্কিত খবর|আরও খবর|সর্বশেষ সংবাদ|সর্বাধিক পঠিত|
        মন্তব্য|মন্তব্য করুন|আরও পড়ুন""",
    "ru": """
        поделиться|поделиться новостью|поделиться в|поделитесь новостью|поделитесь|
        похожие статьи|похожие новости|материалы по теме|по теме|новости по теме|читайте также|
        главные новости|последние новости|самое читаемое|популярное|комментарии|
        оставить комментарий|теги|рекомендуем|новости партнеров|новости партнёров""",
    "uk": """
        поділитися|поділитись|схожі новини|за темою|новини за темою|головні новини|
        останні новини|популярне|коментарі|залишити коментар|теги|читайте також""",
    "pl": """
        udostępnij|podziel się|powiązane artykuły|zobacz także|zobacz też|najczęściej czytane|
        najnowsze wiadomości|komentarze|dodaj komentarz|tagi|polecane""",
    "tr": """
        paylaş|haberi paylaş|bu haberi paylaş|ilgili haberler|ilgili içerikler|benzer haberler|
        son dakika haberleri|son haberler|en çok okunanlar|yorumlar|yorum yap|etiketler|
        önerilen haberler""",
    "id": """
        bagikan|bagikan berita ini|bagikan ke|berita terkait|artikel terkait|baca juga|
        terpopuler|berita terbaru|berita terkini|komentar|tulis komentar|tag|rekomendasi""",
    "sw": """
        sambaza habari hii|shiriki|sambaza|habari zinazohusiana|habari zaidi|habari kuu|
        maoni|toa maoni yako""",
    "ha": """
        a raba wannan labari|raba|labarai masu alaka|karin labarai|manyan labarai|
        tsokaci""",
    "yo": """
        pín ìròyìn yìí|pín in|àwọn ìròyìn tó jọra|àwọn ìròyìn mìíràn|àwọn ìròyìn tó gbòòrò""",
    "el": """
        κοινοποίηση|μοιραστείτε|μοιραστείτε το άρθρο|σχετικά άρθρα|διαβάστε επίσης|
        τελευταία νέα|δημοφιλή|σχόλια|ετικέτες""",
    "he": """
        שתפו|שתפו את הכתבה|שיתוף|כתבות נוספות|כתבות קשורות|הנקראות ביותר|תגובות|תגיות""",
    "fa": """
        به اشتراک بگذارید|اشتراک گذاری|اخبار مرتبط|مطالب مرتبط|پربازدیدترین|آخرین اخبار|
        نظرات|برچسب ها""",
    "ur": """
        شیئر کریں|خبر شیئر کریں|متعلقہ خبریں|مزید خبریں|تازہ ترین خبریں|سب سے زیادہ پڑھی گئی|
        تبصرے""",
    "zh": """
        分享|分享到|分享本文|分享此文|分享至|相关新闻|相关文章|相关阅读|相關新聞|相關文章|延伸閱讀|
        延伸阅读|推荐阅读|热门文章|热门新闻|熱門新聞|最新消息|更多新闻|评论|留言|标签|標籤|猜你喜欢""",
    "ja": """
        シェア|シェアする|シェアしてください|この記事をシェア|この記事をシェアする|関連記事|関連ニュース|
        関連リンク|あわせて読みたい|人気記事|アクセスランキング|ランキング|最新ニュース|新着記事|
        コメント|コメントを書く|タグ|おすすめ記事|ツイート""",
    "ko": """
        공유|공유하기|기사 공유|이 기사를 공유|관련 기사|관련기사|관련 뉴스|많이 본 뉴스|인기 기사|
        최신 뉴스|댓글|댓글 쓰기|태그|추천 기사""",
    "th": """
        แชร์|แชร์ข่าวนี้|แชร์เรื่องนี้|ข่าวที่เกี่ยวข้อง|บทความที่เกี่ยวข้อง|ข่าวล่าสุด|ข่าวยอดนิยม|
        ความคิดเห็น|แท็ก""",
    "vi": """
        chia sẻ|chia sẻ bài viết|tin liên quan|bài viết liên quan|tin mới nhất|đọc nhiều nhất|
        bình luận|từ khóa""",
}

# Furniture inside a story: it is dropped, and the story goes on.
LABELS: dict[str, str] = {
    "en": """
        read also|also read|see also|read more|read next|read this|read|must read|also see|
        related story|watch|watch video|watch also|watch live|video|photo|photos|photo credit|image|
        image credit|image source|picture|pictures|file photo|credit|credits|source|sources|
        caption|gallery|listen|advertisement|advertisment|ad|ads|advert|story continues below|
        article continues below|story continues below advertisement|continue reading|
        continue reading below|newsletter|newsletters|sign up|subscribe|subscribe now|
        breaking news|breaking|live updates|editor s note|this is a developing story|loading|
        click here|tap here|download|play|pause|mute|embed|view this post on instagram|
        a post shared by|join us|contact us|home|menu|search|skip to content|back to top|
        written by|reported by|edited by|reporter|published|updated|last updated|posted|
        byline|key points|min read|minutes read""",
    "es": """
        lea también|lee también|leer también|leer más|lea más|ver también|vea también|mira también|
        foto|fotos|imagen|vídeo|video|fuente|créditos|publicidad|anuncio|boletín|suscríbete|
        suscríbase|última hora|en vivo|redacción|galería|continúa leyendo""",
    "fr": """
        lire aussi|à lire aussi|lire la suite|lire plus|voir aussi|à voir aussi|photo|photos|image|
        vidéo|crédit|crédits|crédit photo|source|sources|publicité|annonce|newsletter|infolettre|
        abonnez vous|s abonner|en direct|suite après la publicité|la suite après cette publicité""",
    "pt": """
        leia também|leia mais|veja também|saiba mais|foto|fotos|imagem|vídeo|crédito|créditos|
        fonte|publicidade|anúncio|newsletter|assine|inscreva se|ao vivo|
        continua depois da publicidade|continua após a publicidade""",
    "de": """
        lesen sie auch|lesen sie mehr|lies auch|mehr lesen|weiterlesen|siehe auch|auch interessant|
        foto|fotos|bild|bilder|video|quelle|quellen|anzeige|werbung|newsletter|jetzt abonnieren|
        abonnieren|eilmeldung|liveticker|bildquelle|empfohlener externer inhalt""",
    "it": """
        leggi anche|leggi di più|leggi tutto|guarda anche|vedi anche|foto|immagine|video|fonte|
        pubblicità|newsletter|iscriviti|abbonati|crediti|credito foto""",
    "nl": """
        lees ook|lees verder|lees meer|zie ook|bekijk ook|foto|beeld|video|bron|advertentie|
        nieuwsbrief|abonneer""",
    "ar": """
        اقرأ أيضا|اقرأ أيضًا|اقرأ ايضا|اقرأ المزيد|إقرأ أيضا|شاهد أيضا|شاهد|طالع أيضا|صورة|
        الصورة|فيديو|مصدر الصورة|المصدر|إعلان|اعلان|النشرة البريدية|اشترك الآن|عاجل""",
    "hi": """
        यह भी पढ़ें|ये भी पढ़ें|इसे भी पढ़ें|और पढ़ें|यह भी देखें|फोटो|तस्वीर|वीडियो|स्रोत|
        विज्ञापन|न्यूज़लेटर|सब्सक्राइब करें""",
    "bn": "আরও পড়ুন|আরো পড়ুন|ছবি|ভিডিও|সূত্র|বিজ্ঞাপন",
    "ru": """
        читайте также|читать также|читайте|читать далее|смотрите также|фото|видео|источник|реклама|
        рассылка|подписаться|подпишитесь|фотография|изображение""",
    "uk": "читайте також|читати далі|дивіться також|фото|відео|джерело|реклама|підписатися",
    "pl": "czytaj także|czytaj też|czytaj więcej|zdjęcie|zdjęcia|wideo|źródło|reklama|newsletter",
    "tr": """
        bunu da oku|ayrıca oku|ayrıca okuyun|devamını oku|fotoğraf|görsel|video|kaynak|reklam|
        abone ol|bülten""",
    "id": "baca juga|baca selengkapnya|lihat juga|simak juga|foto|video|sumber|iklan|advertisement",
    "sw": "soma pia|soma zaidi|tazama pia|picha|chanzo|tangazo",
    "ha": "karanta kuma|ku karanta|hoto|talla",
    "yo": "tún kà|kà síwájú sí i|àwòrán|ìpolówó",
    "el": "διαβάστε επίσης|διαβάστε περισσότερα|δείτε επίσης|φωτογραφία|βίντεο|πηγή|διαφήμιση",
    "he": "קראו גם|לקריאה נוספת|צפו|צילום|תמונה|וידאו|מקור|פרסומת",
    "fa": "بیشتر بخوانید|همچنین بخوانید|عکس|ویدئو|منبع|آگهی",
    "ur": "یہ بھی پڑھیں|مزید پڑھیں|تصویر|ویڈیو|اشتہار",
    "zh": "阅读更多|閱讀更多|另见|点击查看|图|图片|图片来源|图源|圖|圖片來源|视频|来源|广告|廣告|订阅|記者|编辑|责任编辑",
    "ja": "続きを読む|あわせて読む|写真|画像|動画|出典|広告|メルマガ|提供|PR|関連",
    "ko": "더 읽기|함께 읽기|사진|영상|출처|광고|구독|구독하기",
    "th": "อ่านเพิ่มเติม|อ่านต่อ|อ่านข่าวอื่น|ภาพ|วิดีโอ|ที่มา|โฆษณา",
    "vi": "đọc thêm|xem thêm|ảnh|video|nguồn|quảng cáo",
}

OPENINGS: dict[str, str] = {
    "en": """
        kindly share this|please share this|share this story|share this article|share on whatsapp|
        share on facebook|share on twitter|share on linkedin|share on telegram|share on x|
        share on reddit|share on pinterest|share via|click to share|follow us on|follow our|
        follow the topics|like us on|join our|join us on|sign up for|sign up to|sign up here|
        subscribe to our|subscribe to the|get the latest|get our|get breaking news|
        download our app|download the app|click here to|tap here to|read our|
        read the full|for more news|for more on this|for the latest|stay up to date|stay informed|
        all rights reserved|reporting by|additional reporting|editing by|writing by|
        photograph by|photo by|photo via|image via|photo courtesy|image courtesy|
        picture courtesy|video courtesy|this article was originally|this story was originally|
        this article first appeared|this story first appeared|this article is republished|
        this story is developing|this is a developing story|this is a breaking news|
        this article has been updated|this story has been updated|we use cookies|
        this content was produced|this video cannot be played|your browser does not|
        please enable javascript|enable javascript|to play this video|
        a version of this article|have you been affected|contact our newsroom|
        send your stories|email us at|if you have a story|the post appeared first|
        opinions expressed|the views expressed|disclaimer|our newsletter|
        support our journalism|become a member|already a subscriber|log in to|
        view this post on|skip advertisement|related topics|more on this story""",
    "es": """
        comparte esta|compartir en|síguenos en|siguenos en|sigue nuestro|suscríbete a|suscribete a|
        suscríbase a|todos los derechos reservados|recibe las noticias|únete a nuestro|
        haz clic aquí|descarga nuestra|lea también|lee también|te puede interesar|con información de|
        si quieres recibir|apúntate a""",
    "fr": """
        partagez cet|partager sur|suivez nous|abonnez vous|inscrivez vous|tous droits réservés|
        recevez|cliquez ici|téléchargez notre|à lire aussi|lire aussi|avec afp|
        cet article est réservé|la suite est réservée""",
    "pt": """
        compartilhe esta|compartilhar no|siga nos|siga o nosso|assine nossa|inscreva se|
        todos os direitos reservados|receba as notícias|clique aqui|baixe o app|leia também|
        entre no nosso|participe do nosso""",
    "de": """
        teilen auf|folgen sie uns|folge uns|abonnieren sie|melden sie sich|jetzt abonnieren|
        alle rechte vorbehalten|hier klicken|klicken sie hier|laden sie unsere|lesen sie auch|
        mit material von|an dieser stelle finden sie""",
    "it": """
        condividi su|seguici su|iscriviti alla|tutti i diritti riservati|clicca qui|
        riproduzione riservata|scarica la nostra|leggi anche""",
    "nl": """
        deel dit|deel op|volg ons|meld je aan|abonneer je|alle rechten voorbehouden|klik hier|
        lees ook|download onze""",
    "ar": """
        شارك على|شارك هذا|تابعنا على|تابعونا على|اشترك في النشرة|اشترك في نشرتنا|اشترك في قناتنا|جميع الحقوق محفوظة|انقر هنا|اضغط هنا|
        حمل تطبيق|اقرأ أيضا|اقرأ أيضًا|اقرأ ايضا|انضم إلى قناتنا|انضم إلينا""",
    "hi": """
        व्हाट्सएप पर शेयर|फेसबुक पर शेयर|हमें फॉलो करें|हमारे साथ जुड़ें|यहां क्लिक करें|
        सभी अधिकार सुरक्षित|यह भी पढ़ें|ये भी पढ़ें|हमारा ऐप डाउनलोड|सब्सक्राइब करें""",
    "bn": "আরও পড়ুন|আরো পড়ুন|আমাদের অনুসরণ|সর্বস্বত্ব সংরক্ষিত",
    "ru": """
        поделиться в|подписывайтесь на|подпишитесь на|следите за|читайте также|читайте нас|
        все права защищены|нажмите здесь|скачайте приложение|присоединяйтесь к нашему""",
    "uk": "поділитися в|підписуйтесь на|підписуйтеся на|читайте також|усі права захищені",
    "pl": "udostępnij na|obserwuj nas|zapisz się|wszelkie prawa zastrzeżone|kliknij tutaj",
    "tr": """
        facebook ta paylaş|twitter da paylaş|whatsapp ta paylaş|bizi takip edin|abone olun|
        tüm hakları saklıdır|buraya tıklayın|ayrıca okuyun""",
    "id": """
        bagikan ke|bagikan di|ikuti kami|berlangganan|hak cipta dilindungi|klik di sini|baca juga|
        dapatkan berita|unduh aplikasi|gabung di""",
    "sw": "sambaza kwenye|tufuate|jiunge na|haki zote zimehifadhiwa|bofya hapa|soma pia",
    "ha": "ku biyo mu|ku karanta|a karanta|danna nan",
    "yo": "tẹ̀lé wa|pín in sórí|tẹ ibí",
    "el": "ακολουθήστε μας|εγγραφείτε στο|διαβάστε επίσης|με επιφύλαξη παντός|κάντε κλικ",
    "he": "שתפו ב|עקבו אחרינו|הירשמו ל|קראו גם|כל הזכויות שמורות|לחצו כאן",
    "fa": "ما را دنبال کنید|تمامی حقوق|اینجا کلیک کنید|بیشتر بخوانید",
    "ur": "ہمیں فالو کریں|جملہ حقوق محفوظ|یہاں کلک کریں|یہ بھی پڑھیں",
    "zh": "分享到|分享至|关注我们|關注我們|订阅我们|訂閱我們|版权所有|版權所有|点击这里|點擊這裡|点击此处|下载我们|扫码|扫描二维码|本文来源|免责声明",
    "ja": "この記事をシェア|フォローする|フォローして|登録はこちら|無断転載|無断複製|会員登録|有料会員|クリックして|こちらをクリック|アプリをダウンロード|この記事は有料",
    "ko": "이 기사를 공유|무단전재|무단 전재|저작권자|구독하세요|여기를 클릭|앱 다운로드",
    "th": "แชร์ไปยัง|ติดตามเรา|สมัครรับ|สงวนลิขสิทธิ์|คลิกที่นี่|อ่านเพิ่มเติม",
    "vi": "theo dõi chúng tôi|đăng ký nhận|bản quyền thuộc về|nhấn vào đây|đọc thêm|xem thêm",
}

# Labels that also open real news ("Breaking: ..."): furniture only when nothing follows them.
ALONE = frozenset(
    (
        "breaking",
        "breaking news",
        "live updates",
        "updated",
        "key points",
        "x",
        "última hora",
        "en vivo",
        "en direct",
        "ao vivo",
        "eilmeldung",
        "liveticker",
        "عاجل",
    )
)

# Lines whose shape gives them away in any language.
SHAPES = (
    r"(?:https?://|www\.)\S+",
    r"pic\.(?:twitter|x)\.com/\S+",
    r".*\bpic\.(?:twitter|x)\.com/\S+.*",
    r"[—–-] ?[^()]{1,60} \(@\w{1,30}\).{0,40}",
    r"(?:@\w+[ ,]*)+",
    r"(?:#\w+[ ,]*)+",
    r"(?:©|\(c\)|copyright ?(?:©|\(c\)|\d)).*",
    r"\d[\d.,]*[km]? (?:shares?|views?|comments?|likes?|retweets?)",
    r"(?:\d+ )?(?:min(?:ute)?s?) (?:read|ago)",
    r"\[[^\[\]]{0,80}\]",
    r"[\W_]+",
)
