-- Leads, rejections, consent and customers of exported months, written from what the manual says of them.
-- Set the variables `lake`, `first` and `last` (months) before.

CREATE TABLE leads AS  -- each in its last version, with a valid Saudi mobile number and e-mail address, if it has them
WITH under_way AS (
    SELECT DISTINCT createdDate FROM read_parquet(getvariable('lake') || '/bulks/*/*.parquet')
    WHERE isProcessed IN (1, 2)
),
digits AS (
    SELECT *, regexp_replace(translate(phoneNumber, '٠١٢٣٤٥٦٧٨٩', '0123456789'), '[^0-9]', '', 'g') AS digit,
        lower(trim(email)) AS address
    FROM read_parquet(getvariable('lake') || '/leads/*/*.parquet', hive_partitioning = true, file_row_number = true)
    WHERE month BETWEEN getvariable('first') AND getvariable('last')
    QUALIFY row_number() OVER (PARTITION BY leadExternalId ORDER BY bulkCreatedDate DESC) = 1
)
SELECT * EXCLUDE (digit, address, isError, createdDate),
    coalesce(isError, false) AS rejected,
    NOT rejected AND coalesce(leadId, 0) <= 0 AND under_way.createdDate IS NOT NULL AS provisional,
    NOT rejected AND NOT provisional AS accepted,
    nullif(regexp_extract(digit, '^(?:00966|966)?0?(5[0-9]{8})$', 1), '') AS mobile,
    CASE WHEN replace(mobile, '5', '') <> '' THEN mobile END AS phone,
    CASE WHEN regexp_matches(address, '^[^@ ]+@[^@ .]+([.][^@ .]+)+$')
        AND split_part(address, '@', 1) NOT IN ('test', 'none', 'noreply') THEN address END AS mail,
    coalesce(phone, mail) AS who
FROM digits LEFT JOIN under_way ON under_way.createdDate = bulkCreatedDate;

CREATE TABLE errors AS
SELECT * FROM read_parquet(getvariable('lake') || '/errors/*/*.parquet', hive_partitioning = true) SEMI JOIN leads
    USING (leadExternalId, month);

CREATE TABLE addresses AS
SELECT leadExternalId, phone AS address FROM leads WHERE phone IS NOT NULL
UNION ALL SELECT leadExternalId, mail FROM leads WHERE mail IS NOT NULL
UNION ALL SELECT leadExternalId, leadExternalId::VARCHAR FROM leads;

CREATE TABLE recovered AS  -- the number, phone or address of a rejected lead was accepted within 30 days
SELECT DISTINCT bad.leadExternalId
FROM leads bad JOIN addresses USING (leadExternalId) JOIN addresses same USING (address)
JOIN leads good ON good.leadExternalId = same.leadExternalId
WHERE bad.rejected AND good.accepted AND good.bulkCreatedDate >= bad.bulkCreatedDate
    AND good.bulkCreatedDate <= bad.bulkCreatedDate + INTERVAL 720 HOURS;

CREATE TABLE rejections AS
SELECT leads.leadExternalId, source, branch, lower(trim(priority)) = 'hot' AS hot,
    coalesce(TRY_CAST(regexp_extract(purchasePlan, 'Within ([0-9]+) Days', 1) AS INT) <= 30, false) AS soon,
    recovered.leadExternalId IS NOT NULL AS is_recovered,
    CASE WHEN is_recovered THEN 5 WHEN hot AND soon THEN 1 WHEN hot THEN 2 WHEN soon THEN 3 ELSE 4 END AS urgency
FROM leads LEFT JOIN recovered USING (leadExternalId) WHERE rejected;

CREATE TABLE coded AS
SELECT DISTINCT rejections.*, code FROM rejections JOIN errors USING (leadExternalId) WHERE trim(code) <> '';

CREATE TABLE answers AS
SELECT who, mail, purpose, max(bulkCreatedDate) FILTER (answer) AS yes, max(bulkCreatedDate) FILTER (NOT answer) AS no
FROM (SELECT who, mail, bulkCreatedDate, acceptMarketing AS marketing, acceptNewsLetter AS newsletter,
    acceptPrivatePolicy AS privacy FROM leads)
UNPIVOT (answer FOR purpose IN (marketing, newsletter, privacy)) GROUP BY ALL;

CREATE TABLE own AS
SELECT who, purpose, max(yes) AS yes, max(no) AS no FROM answers WHERE who IS NOT NULL GROUP BY ALL;

CREATE TABLE there AS
SELECT mail, purpose, max(yes) AS yes, max(no) AS no FROM answers WHERE mail IS NOT NULL GROUP BY ALL;

CREATE TABLE refused AS  -- a no under an address of theirs is the last word there, or not before their own last word
SELECT DISTINCT own.who, own.purpose
FROM (SELECT DISTINCT who, mail FROM leads) JOIN there USING (mail) JOIN own USING (who, purpose)
WHERE there.no >= there.yes OR there.yes IS NULL OR there.no >= greatest(own.yes, own.no);

CREATE TABLE last_leads AS
SELECT who, arg_max(coalesce(branch, ''), (bulkCreatedDate, file_row_number)) AS branch, count(*) AS leads
FROM leads WHERE who IS NOT NULL GROUP BY 1;

CREATE TABLE listed AS
SELECT asked.purpose, own.who, any_value(branch) AS branch, any_value(leads) AS leads
FROM own JOIN (VALUES ('marketing'), ('newsletter'), ('privacy')) asked(purpose)
    ON own.purpose IN (asked.purpose, 'privacy')
JOIN last_leads ON last_leads.who = own.who
ANTI JOIN refused ON refused.who = own.who AND refused.purpose = own.purpose
WHERE own.yes > coalesce(own.no, TIMESTAMPTZ '1900-01-01') AND own.who IN (SELECT who FROM leads WHERE accepted)
GROUP BY asked.purpose, own.who HAVING count(*) = CASE asked.purpose WHEN 'privacy' THEN 1 ELSE 2 END;

CREATE TABLE groups AS  -- leads that an address leads from one to the other
WITH RECURSIVE pairs AS (
    SELECT DISTINCT one.leadExternalId AS lead, other.leadExternalId AS neighbour
    FROM addresses one JOIN addresses other USING (address) JOIN leads ON leads.leadExternalId = one.leadExternalId
    WHERE who IS NOT NULL
),
reached AS (
    SELECT lead, neighbour AS other FROM pairs
    UNION SELECT reached.lead, pairs.neighbour FROM reached JOIN pairs ON pairs.lead = reached.other
)
SELECT lead AS leadExternalId, min(other) AS number FROM reached GROUP BY 1;

CREATE TABLE customers AS  -- one row a group; whether all of it bear one name, as written
SELECT number, count(*) AS leads, count(*) FILTER (accepted) AS accepted, count(*) FILTER (rejected) AS rejected,
    count(DISTINCT lower(trim(branch))) FILTER (accepted AND trim(branch) <> '') AS competing,
    bool_or(source = 'Website') AS from_website,
    count(DISTINCT coalesce(firstName, '') || ' ' || coalesce(lastName, '')) = 1 AS one_name
FROM leads JOIN groups USING (leadExternalId) GROUP BY 1;
