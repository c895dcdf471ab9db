/// The numbering plans that ``PhoneCountry`` knows.
///
/// Columns: ISO code, dialling code, trunk prefixes (`-`: none; `keep`: none, and numbers may begin with 0),
/// digits of a national number, and international prefixes where they are not `00`.
enum PhoneCountryTable {
    /// Countries that share the North American plan: `+1`, ten digits.
    static let northAmerican = """
        AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MP MS PR SX TC TT US VC VG VI
        """

    static let rows: Substring = """
        AD 376 - 6-9
        AE 971 0 8-9
        AF 93 0 9
        AL 355 0 8-9
        AM 374 0 8
        AO 244 - 9
        AR 54 0 10-11
        AT 43 0 4-13
        AU 61 0 9 0011
        AX 358 0 5-12
        AZ 994 0 9
        BA 387 0 8-9
        BD 880 0 8-10
        BE 32 0 8-9
        BF 226 - 8
        BG 359 0 7-9
        BH 973 - 8
        BI 257 - 8
        BJ 229 keep 8-10
        BN 673 - 7
        BO 591 0 8
        BR 55 0 10-11 0014,0015,0021,0031,0041
        BT 975 - 7-8
        BW 267 - 7-8
        BY 375 80,8 9 810
        BZ 501 - 7
        CD 243 0 9
        CG 242 keep 9
        CH 41 0 9
        CI 225 keep 10
        CL 56 - 9
        CM 237 - 9
        CN 86 0 10-11
        CO 57 - 10
        CR 506 - 8
        CU 53 0 8 119
        CV 238 - 7
        CY 357 - 8
        CZ 420 - 9
        DE 49 0 5-13
        DJ 253 - 8
        DK 45 - 8
        DZ 213 0 8-9
        EC 593 0 8-9
        EE 372 - 7-8
        EG 20 0 8-10
        ES 34 - 9
        ET 251 0 9
        FI 358 0 5-12
        FJ 679 - 7
        FO 298 - 6
        FR 33 0 9
        GA 241 0 8
        GB 44 0 9-10
        GE 995 0 9
        GF 594 0 9
        GG 44 0 10
        GH 233 0 9
        GI 350 - 8
        GL 299 - 6
        GM 220 - 7
        GP 590 0 9
        GR 30 - 10
        GT 502 - 8
        GY 592 - 7 001
        HK 852 - 8 001
        HN 504 - 8
        HR 385 0 8-9
        HT 509 - 8
        HU 36 06 8-9
        ID 62 0 8-12 001,007,008
        IE 353 0 7-9
        IL 972 0 8-9 00,012,013,014,018,019
        IM 44 0 10
        IN 91 0 10
        IQ 964 0 8-10
        IR 98 0 10
        IS 354 - 7-9
        IT 39 keep 6-11
        JE 44 0 10
        JO 962 0 8-9
        JP 81 0 9-10 010
        KE 254 0 9 000
        KG 996 0 9
        KH 855 0 8-9 001,007,008
        KR 82 0 8-10 001,002,00700
        KW 965 - 8
        KZ 7 8 10 810
        LA 856 0 8-10
        LB 961 0 7-8
        LI 423 - 7-9
        LK 94 0 9
        LR 231 0 7-9
        LS 266 - 8
        LT 370 0,8 8
        LU 352 - 4-11
        LV 371 - 8
        LY 218 0 8-9
        MA 212 0 9
        MC 377 - 8-9
        MD 373 0 8
        ME 382 0 8
        MG 261 0 9
        MK 389 0 8
        ML 223 - 8
        MM 95 0 7-10
        MN 976 0 8 001
        MO 853 - 8
        MQ 596 0 9
        MT 356 - 8
        MU 230 - 7-8
        MV 960 - 7
        MW 265 0 7-9
        MX 52 01,044,045 10
        MY 60 0 8-10
        MZ 258 - 8-9
        NA 264 0 8-9
        NC 687 - 6
        NE 227 - 8
        NG 234 0 8-10 009
        NI 505 - 8
        NL 31 0 9
        NO 47 - 8
        NP 977 0 8-10
        NZ 64 0 8-10
        OM 968 - 8
        PA 507 - 7-8
        PE 51 0 8-9
        PF 689 - 8
        PG 675 - 7-8
        PH 63 0 8-10
        PK 92 0 9-10
        PL 48 - 9
        PS 970 0 8-9
        PT 351 - 9
        PY 595 0 8-9
        QA 974 - 8
        RE 262 0 9
        RO 40 0 9
        RS 381 0 7-10
        RU 7 8 10 810
        RW 250 - 9
        SA 966 0 8-9
        SC 248 - 7
        SD 249 0 9
        SE 46 0 7-9
        SG 65 - 8 000,001,002,008
        SI 386 0 8
        SJ 47 - 8
        SK 421 0 9
        SL 232 0 8
        SM 378 keep 6-10
        SN 221 - 9
        SR 597 - 6-7
        SV 503 - 8
        SY 963 0 8-9
        SZ 268 - 8
        TG 228 - 8
        TH 66 0 8-9 001,004,005,007,008,009
        TJ 992 - 9 810
        TN 216 - 8
        TR 90 0 10
        TW 886 0 8-9 002,005,006,007,009
        TZ 255 0 9 000
        UA 380 0 9
        UG 256 0 9 000
        UY 598 0 8
        UZ 998 - 9
        VA 39 keep 6-11
        VE 58 0 10
        VN 84 0 9-10
        XK 383 0 8-9
        YE 967 0 7-9
        YT 262 0 9
        ZA 27 0 9
        ZM 260 0 9
        ZW 263 0 8-10
        """
}
