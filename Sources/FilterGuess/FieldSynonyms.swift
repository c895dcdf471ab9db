/// Names that other systems give to our fields.
///
/// A line is a field, or a record type and a field, a colon, and names parted by semicolons. Case, accents and all
/// but letters and digits are left out when names are compared, so `E-mail` is `email`. Behind `~` stand names that
/// say little by themselves: they count only where the values agree and nothing better is there. `#` in a name
/// stands for a number, as in `Phone #`, which then is the field's own.
///
/// English first, then the basics of German, French and Spanish.
enum FieldSynonyms {
    static let table = """
        firstName: Given Name; Forename; First; FName; Christian Name; Vorname; Prénom; Nombre; Nombre de pila
        lastName: Family Name; Surname; Last; LName; Second Name; Nachname; Familienname; Zuname; Nom; Nom de famille; Apellido; Apellidos
        salutation: Prefix; Name Prefix; Honorific; Courtesy Title; Anrede; Civilité; Tratamiento; ~Mr Mrs; ~Title
        title: Job Title; Position; Role; Organization Title; Organization 1 - Title; Function; Position Title; Funktion; Beruf; Fonction; Poste; Cargo; Puesto
        department: Dept; Division; Organization Department; Organization 1 - Department; Abteilung; Service; Département; Departamento
        dateOfBirth: DOB; Birthday; Birth Date; Birthdate; Born; Born On; Date Birth; Geburtsdatum; Geburtstag; Geb Datum; Date de naissance; Fecha de nacimiento
        email: E-mail Address; Mail; Mail Address; Email 1; E-mail 1 Value; Primary Email; Work Email; Email Addr; Mailadresse; E-Mail-Adresse; Courriel; Adresse e-mail; Correo; Correo electrónico
        phone#: Phone #; Phone Number #; Tel #; Telephone #; Telefon #; Téléphone #; Teléfono #; Phone # Value; Telephone Number #; Phone Nr #
        phone: Phone; Phone Number; Mobile Phone Number; Home Phone Number; Work Phone Number; Business Phone Number; Cell Phone Number; Alternative Phone; ~Voice; ~Alternative; Telephone; Telephone Number; Tel; Tel No; Home Phone; Phone Home; Home Tel; Mobile; Mobile Phone; Mobile Number; Cell; Cell Phone; Cellphone; Cellular; Work Phone; Business Phone; Office Phone; Daytime Phone; Day Phone; Evening Phone; Other Phone; Primary Phone; Main Phone; Contact Phone; Alternate Phone; Alt Phone; Secondary Phone; Company Main Phone; Assistant Phone; Assistant's Phone; Car Phone; Asst Phone; Telefon; Telefonnummer; Rufnummer; Tel Nr; Telefon privat; Telefon geschäftlich; Handy; Handynummer; Mobil; Mobilnummer; Mobiltelefon; Festnetz; Téléphone; Téléphone portable; Téléphone mobile; Portable; Téléphone fixe; Teléfono; Teléfono móvil; Móvil; Celular
        phoneOffice: Phone; Phone Number; Telephone; Tel; Office Phone; Main Phone; Company Phone; Business Phone; Work Phone; Switchboard; Account Phone; Telefon; Zentrale; Téléphone; Teléfono
        phoneAlternate: Alternate Phone; Alt Phone; Other Phone; Secondary Phone; Second Phone; Phone 2; ~Mobile; ~Mobile Phone
        address1: Address; Street; Street Address; Address Line 1; Street 1; Street Line 1; Street Address 1; Mailing Street; Mailing Address; Home Street; Home Address; Home Address Street; Business Street; Business Address; ~Billing Street; Addr; Addr1; Address 1 Street; Address 1 - Street; Postal Address; Strasse; Straße; Adresse; Anschrift; Straße und Hausnummer; Strasse Nr; Rue; Adresse 1; Dirección; Calle; Domicilio
        address2: Address Line 2; Street 2; Street Line 2; Street Address 2; Apt; Apartment; Unit; Suite; Addr2; Home Street 2; Business Street 2; Mailing Street 2; Address Suite; Extended Address; Address 1 Extended Address; Adresszusatz; Zusatz; Complément d'adresse; Adresse 2; Dirección 2
        city: Town; Locality; Municipality; Mailing City; Home City; Business City; Billing City; Home Address City; Address 1 City; Address 1 - City; Post Town; Stadt; Ort; Wohnort; Ville; Ciudad; Población; Localidad; Commune
        state: Province; State Province; State Region; Region; State Code; Mailing State; Mailing State Province; Home State; Business State; Billing State; Billing State Province; Home Address State; Address 1 Region; Address 1 - Region; County; Bundesland; Kanton; Région; Estado; Provincia; ~Land
        postalCode: ZIP; Zip Code; Zip Postal Code; Postcode; Post Code; Postal; Mailing Zip; Mailing Zip Postal Code; Mailing Postal Code; Home Postal Code; Home Address Postal Code; Business Postal Code; Billing Zip; Billing Zip Postal Code; Address 1 Postal Code; Address 1 - Postal Code; PLZ; Postleitzahl; Code postal; CP; Código postal
        country: Country Code; Nation; Country Region; Mailing Country; Home Country; Home Country Region; Business Country; Business Country Region; Billing Country; Home Address Country; Address 1 Country; Address 1 - Country; Land; Staat; Pays; País
        shippingAddress1: Shipping Street; Shipping Address; Ship To Street; Ship To Address; Delivery Address; Lieferadresse; Lieferstrasse
        shippingCity: Ship To City; Delivery City; Lieferort
        shippingState: Ship To State; Shipping State Province; Shipping Province; Delivery State
        shippingPostalCode: Shipping Zip; Shipping Zip Postal Code; Ship To Zip; Delivery Zip; Liefer PLZ
        shippingCountry: Ship To Country; Delivery Country; Lieferland
        billingAddress1: Billing Street; Billing Address; Bill To Street; Bill To Address; Invoice Address; Rechnungsadresse; Rechnungsstrasse
        billingCity: Bill To City; Invoice City; Rechnungsort
        billingState: Bill To State; Billing State Province; Billing Province
        billingPostalCode: Billing Zip; Billing Zip Postal Code; Bill To Zip; Invoice Zip; Rechnungs PLZ
        billingCountry: Bill To Country; Invoice Country; Rechnungsland
        secondaryAddress1: Secondary Address; Second Address; Other Street; Other Address; Alternate Address; Address 2 Street
        secondaryCity: Second City; Other City; Alternate City
        secondaryState: Second State; Other State; Other State Province; Alternate State
        secondaryPostalCode: Second Zip; Other Zip; Other Zip Postal Code; Other Postal Code; Alternate Zip; Secondary Zip
        secondaryCountry: Second Country; Other Country; Other Country Region; Alternate Country
        description: Notes; Note; Comments; Comment; Remarks; Remark; Memo; About; Details; Bemerkung; Bemerkungen; Beschreibung; Notiz; Notizen; Remarque; Commentaire; Descripción; Notas; Observaciones; ~Hours
        comments: Notes; Note; Comment; Remarks; Remark; Memo; Description; Details; Bemerkung; Bemerkungen; Notizen; Commentaires; Remarques; Comentarios; Notas
        contact.active: Is Active; Enabled; Status; Contact Status; Aktiv; Actif; Activo; ~State
        paymentBalance: Balance; Amount Due; Balance Due; Outstanding; Outstanding Balance; Current Balance; Account Balance; Saldo; Solde; Kontostand; Offener Betrag
        amountToSpeak: Amount To Say; Spoken Amount
        accountDueDate: Due Date; Payment Due Date; Payment Due; Due On; Due; Fällig am; Fälligkeit; Fälligkeitsdatum; Date d'échéance; Échéance; Fecha de vencimiento; Vencimiento
        group: Groups; Group Membership; Labels; Label; Segment; Categories; Category; Tags; Contact Group; Party; Gruppe; Kategorie; Groupe; Catégorie; Grupo; Categoría
        contact.group: Company; Company Name; Organization; Organisation; Organization Name; Organization 1 - Name; Employer; Account Name; Associated Company; Firma; Société; Empresa
        agentId: Agent; Agent Number; Contact Owner; Owner ID; Contact Owner ID; Account Owner ID; Assigned To ID; Rep ID; Sales Rep ID; Bearbeiter ID; ~Owner; ~Assigned To
        agentTeam: Team; Agent Group; Owner Team; Sales Team; HubSpot Team; Team Name; Equipe; Equipo; ~Labels; ~Categories; ~Group Membership
        callConsent: Call Opt In; Phone Consent; Voice Consent; Consent Call; Do Call; Phone Opt In; Call Permission; Einwilligung Anruf; Einwilligung Telefon
        callConsentDate: Call Consent On; Phone Consent Date; Call Opt In Date
        smsConsent: SMS Opt In; Text Consent; Text Opt In; Consent SMS; Texts; SMS Permission; Einwilligung SMS
        smsConsentDate: SMS Consent On; SMS Opt In Date; Text Consent Date
        emailConsent: Email Opt In; E-mail Opt In; Mail Consent; Consent Email; Email Permission; Newsletter; Marketing Opt In; Einwilligung E-Mail
        emailConsentDate: Email Consent On; Email Opt In Date
        retentionDays: Retention; Days Of Retention; Keep Days
        happinessIndex: Happiness; Happiness Score; NPS; Satisfaction; CSAT; Satisfaction Score
        happinessTrend: Trend; Satisfaction Trend
        happinessUpdated: Happiness Last Updated; Satisfaction Updated
        guarantorFirstName: Guarantor First; Guarantor Given Name; Responsible Party First Name
        guarantorLastName: Guarantor Last; Guarantor Surname; Guarantor Family Name; Responsible Party Last Name
        ssn: Social Security Number; Social Security; SSN Number
        cardNumber: Credit Card; Credit Card Number; Card No; Kreditkarte

        lead.leadNumber: Lead ID; Lead No; Record ID; External ID; Unique ID; ~ID; ~UUID; ~Key; ~Number; ~No; ~Nr
        leadSource: Source; Lead Origin; Original Source; Herkunft
        ticket.ticketNumber: Ticket ID; Ticket No; Case Number; Case ID; Case No; Incident Number; Issue ID; Vorgangsnummer; ~ID; ~Key; ~Number; ~No; ~Nr
        subject: Betreff; Objet; Asunto; Summary; ~Title
        agent.agentId: Agent ID; User ID; Employee ID; Employee Number; Operator ID; Mitarbeiternummer; ~ID; ~Number; ~No

        contact.contactNumber: Contact ID; Contact No; Contact Nr; Account; Account No; Account Number; Patient ID; Patient No; Patient Number; Person ID; Member ID; Member Number; Customer ID; Customer Number; Customer No; User ID; Lead ID; Record ID; Record Number; External ID; Unique ID; Client ID; Client Number; MRN; Kundennummer; Kunden Nr; Kontaktnummer; Kontakt ID; Personennummer; Patientennummer; Numéro client; Numéro de contact; Número de cliente; Número de contacto; ID; ~UUID; ~GUID; ~Key; ~Number; ~No; ~Nr; ~Nummer; ~Numéro; ~Número; ~Account ID
        contact.originalAccountNumber: Original Account; Original Account No; Old Account Number; Previous Account Number; ~Account Number; ~Account No; ~Account ID; ~External ID
        contact.accountToSpeak: Account To Say; Spoken Account
        customer.customerNumber: Customer ID; Customer No; Customer Nr; Client ID; Client Number; Contact ID; Contact Number; Person ID; User ID; Member ID; Record ID; External ID; Unique ID; Kundennummer; Kunden Nr; Kunden ID; Numéro client; Número de cliente; ID; ~UUID; ~Key; ~Number; ~No; ~Nr; ~Nummer
        company: Company Name; Organization; Organisation; Organization Name; Organization 1 - Name; Employer; Business; Business Name; Account Name; Associated Company; Firma; Unternehmen; Société; Entreprise; Empresa; Compañía
        customer.accountNumber: Account; Account No; Account Nr; Account ID; Kontonummer; Numéro de compte; Número de cuenta
        account.originalId: ID; Account ID; Account Identifier; Identifier; Original ID; Company ID; Organization ID; Record ID; External ID; Unique ID; Customer ID; Client ID; Account Key; ~UUID; ~GUID; ~Key
        account.accountNumber: Account No; Account Nr; Acct No; Acct Number; Customer Number; Customer No; Kundennummer; Kunden Nr; Debitorennummer; Numéro client; Número de cliente; ~Number; ~No; ~Nr; ~Nummer
        account.originalAccountNumber: Original Account; Old Account Number; Previous Account Number
        account.name: Company; Company Name; Account Name; Account; Organization; Organisation; Organization Name; Business Name; Legal Name; Trading Name; Customer Name; Firm; Firma; Firmenname; Firmenbezeichnung; Unternehmen; Société; Raison sociale; Nom de la société; Entreprise; Empresa; Razón social; Nombre de la empresa; ~Nombre; ~Nom
        classification: Rating; Class; Tier; Account Rating; ABC Class; Klassifikation; Klassifizierung
        website: Web Site; URL; Web; Homepage; Web Page; Company Website; Website URL; Internet; Webseite; Site web; Sitio web; Página web; Company Domain Name; Domain; Domain Name
        employees: Number Of Employees; No Of Employees; Employee Count; Headcount; Staff; Company Size; Mitarbeiter; Mitarbeiterzahl; Anzahl Mitarbeiter; Effectif; Empleados; Número de empleados
        industry: Sector; Branch; Line Of Business; Branche; Industrie; Secteur; Sector Económico
        accountType: Type; Company Type; Customer Type; Account Category; Kundentyp; Kontotyp; Type de compte; Tipo
        annualRevenue: Revenue; Sales; Annual Sales; Turnover; Yearly Revenue; Umsatz; Jahresumsatz; Chiffre d'affaires; Ingresos; Facturación
        tickerSymbol: Ticker; Stock Symbol; Symbol
        sicCode: SIC; SIC Number
        parentAccount: Parent Account ID; Parent ID; Parent Company ID; Parent Company; Parent; Muttergesellschaft; Konzern ID
        """

    /// Names of columns that no field is for, though their values may look like some field's.
    static let foreign = """
        Fax; Fax Number; Business Fax; Home Fax; Other Fax; Telefax; Fax Phone; Latitude; Longitude; Lat; Lng; Gender; Sex;
        Geschlecht; Password; Created; Created At; Created Date; Create Date; Updated; Updated At; Last Modified;
        Last Modified Date; Last Activity; Last Activity Date; Last Login; Modified; Modified At; Middle Name; Middle; Middle Initial;
        Full Name; Nickname; Suffix; Name Suffix; Maiden Name; Additional Name; Yomi Name; Spouse; Children; Anniversary; IP Address; Telex; Pager; ISDN; TTY TDD Phone; Callback; Radio Phone;
        Phonetic First Name; Phonetic Middle Name; Phonetic Last Name; File As; E-mail 1 - Label; E-mail 1 - Type; E-mail 2 - Label; E-mail 2 - Type;
        Phone 1 - Label; Phone 1 - Type; Phone 2 - Label; Phone 2 - Type; Phone 3 - Label; Phone 3 - Type; Address 1 - Label; Address 1 - Type;
        Address 1 - Formatted; Address 1 - PO Box; Address 2 - Label; Address 2 - Type
        """
}
