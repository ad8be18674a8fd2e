-- What the key figures of leads are counted from, written from their definitions. Set the variable `folder` first.

CREATE TABLE b AS SELECT * FROM read_parquet(getvariable('folder') || '/bulks.parquet');

CREATE TABLE under_way AS  -- a bulk is told by its moment here: no two of them are created at the same
SELECT createdDate AS bulkCreatedDate, true AS is_under_way FROM b WHERE status IN ('Created', 'In progress');

CREATE TABLE l AS  -- each time that a lead was submitted; earlier ones of the same number stand before the leads
WITH submitted AS (
    SELECT file_row_number AS row, true AS stands, * EXCLUDE (file_row_number)
    FROM read_parquet(getvariable('folder') || '/leads.parquet', file_row_number = true)
    UNION ALL BY NAME
    SELECT file_row_number - 1000000 AS row, false AS stands, * EXCLUDE (file_row_number)
    FROM read_parquet(getvariable('folder') || '/earlier.parquet', file_row_number = true)
)
SELECT *,
    epoch_us(bulkCreatedDate) + 3 * 3600000000 AS t,  -- Riyadh's clock
    epoch_us(leadDate) AS lead_t,
    coalesce(isError, false) AS r,
    NOT r AND coalesce(leadId, 0) <= 0 AND coalesce(is_under_way, false) AS is_open,
    NOT r AND NOT is_open AS a,
    regexp_replace(translate(coalesce(phoneNumber, ''), '٠١٢٣٤٥٦٧٨٩', '0123456789'), '[^0-9]', '', 'g') AS digits,
    lower(trim(coalesce(email, ''))) AS address
FROM submitted LEFT JOIN under_way USING (bulkCreatedDate);

CREATE TABLE p AS
WITH national AS (SELECT *, regexp_replace(regexp_replace(digits, '^(00)?966', ''), '^0', '') AS n FROM l)
SELECT *,
    n <> '' AND (replace(n, n[1], '') = '' OR n = '123456789') AS filler,
    CASE WHEN regexp_matches(n, '^5[0-9]{8}$') AND replace(n, n[1], '') <> '' THEN n END AS phone,
    trim(coalesce(phoneNumber, '')) IN ('', '-') AS no_phone,
    CASE WHEN regexp_matches(address, '^[^@ ]+@[^@ .]+([.][^@ .]+)+$')
          AND split_part(address, '@', 1) NOT IN ('test', 'noreply', 'none') THEN address END AS mail,
    address IN ('', '-') AS no_mail
FROM national;

CREATE TABLE pairs AS  -- of different leads that share a phone or an address, the earlier one first
SELECT first.row AS first, later.row AS later, later.t - first.t AS gap, kind, first.a AS first_a, later.a AS later_a,
    coalesce(nullif(first.source, '') = later.source, false) AS same_source,
    coalesce(nullif(first.branch, '') <> nullif(later.branch, ''), false) AS other_branch,
    coalesce(nullif(first.brand, '') = later.brand, false) AS same_brand
FROM (SELECT *, phone AS key, 'phone' AS kind FROM p UNION ALL SELECT *, mail AS key, 'mail' AS kind FROM p) first
JOIN (SELECT *, phone AS key, 'phone' AS kind FROM p UNION ALL SELECT *, mail AS key, 'mail' AS kind FROM p) later
    USING (key, kind)
WHERE (first.t, first.row) < (later.t, later.row) AND first.leadExternalId <> later.leadExternalId;

CREATE TABLE repeats AS
SELECT later AS row, bool_or(gap <= 30 * 86400000000) AS dup, bool_or(gap <= 30 * 86400000000 AND same_brand) AS strict,
    bool_or(gap <= 30 * 86400000000 AND kind = 'phone') AS by_phone
FROM pairs WHERE first_a AND later_a GROUP BY 1;

CREATE TABLE nearest AS  -- the lead that a duplicate repeats: by phone before by address, the last one
SELECT later AS row, first(same_source ORDER BY kind DESC, gap, first DESC) AS same_source,
    first(other_branch ORDER BY kind DESC, gap, first DESC) AS other_branch
FROM pairs WHERE first_a AND later_a AND gap <= 30 * 86400000000 GROUP BY 1;

CREATE TABLE rejections AS  -- the last of each lead
SELECT leadExternalId, max(t) AS t FROM p WHERE r GROUP BY 1;

CREATE TABLE recovered AS  -- by the same number, phone or address
WITH keys AS (
    SELECT leadExternalId, t, a, r, leadExternalId::VARCHAR AS key, 'number' AS kind FROM p
    UNION ALL SELECT leadExternalId, t, a, r, phone, 'phone' FROM p
    UNION ALL SELECT leadExternalId, t, a, r, mail, 'mail' FROM p
)
SELECT first.leadExternalId, min(later.t - first.t) / 86400000000 AS days
FROM keys first SEMI JOIN rejections USING (leadExternalId, t)
JOIN keys later USING (key, kind)
WHERE first.r AND later.a AND later.t >= first.t AND later.t - first.t <= 30 * 86400000000 GROUP BY 1;

CREATE TABLE corrected AS  -- accepted after a rejection under the same number
SELECT DISTINCT later.row FROM p first JOIN p later USING (leadExternalId)
WHERE first.r AND later.a AND later.t >= first.t AND later.t - first.t <= 30 * 86400000000;

CREATE TABLE answers AS
SELECT row, t, who, mail, purpose, answer::INT AS answer
FROM (SELECT *, coalesce(phone, mail) AS who FROM p WHERE stands)
UNPIVOT (answer FOR purpose IN (acceptMarketing, acceptPrivatePolicy, acceptNewsLetter));

CREATE TABLE last_of_who AS
SELECT who, purpose, last(answer ORDER BY t, answer DESC) AS said, max(t) AS said_t, min(answer) < max(answer) AS is_torn
FROM answers WHERE who IS NOT NULL GROUP BY ALL;

CREATE TABLE last_of_mail AS
SELECT mail, purpose, last(answer ORDER BY t, answer DESC) AS said FROM answers WHERE mail IS NOT NULL GROUP BY ALL;

CREATE TABLE mails AS SELECT DISTINCT coalesce(phone, mail) AS who, mail FROM p WHERE mail IS NOT NULL;

CREATE TABLE taken_back AS  -- a no under an address of theirs: the last word there, or no earlier than their own
SELECT who, purpose FROM mails JOIN last_of_mail USING (mail) WHERE said = 0
UNION
SELECT mails.who, own.purpose FROM mails JOIN answers USING (mail)
JOIN last_of_who own ON own.who = mails.who AND own.purpose = answers.purpose WHERE answer = 0 AND t >= said_t;

CREATE TABLE agreed AS
SELECT who FROM last_of_who WHERE purpose <> 'acceptNewsLetter' AND said = 1 GROUP BY 1 HAVING count(*) = 2
EXCEPT
SELECT who FROM taken_back WHERE purpose <> 'acceptNewsLetter';

CREATE TABLE torn AS SELECT DISTINCT who FROM last_of_who WHERE is_torn;

CREATE TABLE cars AS
WITH v AS (SELECT * FROM read_parquet(getvariable('folder') || '/vehicles.parquet'))
SELECT leadExternalId, sum(coalesce(totalQty, 0)) AS units, count(DISTINCT nullif(trim(modelFamily), '')) AS families,
    max(modelYear) AS newest, bool_or(coalesce(trim(modelFamily), '') <> '') AS has_family, count(modelYear) > 0 AS has_year
FROM v GROUP BY 1;

CREATE FUNCTION says(cell) AS regexp_matches(coalesce(cell, ''), '[\p{L}\p{N}]');

CREATE TABLE f AS
SELECT p.*, coalesce(p.phone, p.mail) AS who, coalesce(dup, false) AS dup, coalesce(strict, false) AS strict,
    coalesce(by_phone, false) AS by_phone, repeats.row IS NOT NULL AND NOT coalesce(dup, false) AS back,
    nearest.same_source, nearest.other_branch, recovered.days AS recovery,
    leadExternalId IN (SELECT leadExternalId FROM rejections) AS was_rejected,
    a AND p.row NOT IN (FROM corrected) AS is_right,
    coalesce(units, 0) AS units, coalesce(families, 0) AS families, newest,
    coalesce(p.phone, p.mail) IN (FROM agreed) AS agrees, coalesce(p.phone, p.mail) IN (FROM torn) AS is_torn,
    lower(trim(priority)) AS heat, lower(trim(paymentMode)) AS pays, lower(trim(preferredContactType)) AS channel,
    TRY_CAST(regexp_extract(lower(purchasePlan), '^within ([0-9]+) days$', 1) AS INT) AS soon,
    t // 86400000000 - lead_t // 86400000000 AS lag,
    25 * (p.phone IS NOT NULL)::INT + 10 * (p.mail IS NOT NULL)::INT + 10 * (says(firstName) AND says(lastName))::INT
        + 5 * says(customerCity)::INT + 5 * says(source)::INT + 5 * says(subSource)::INT
        + 15 * coalesce(has_family, false)::INT + 5 * coalesce(has_year, false)::INT + 5 * says(purchasePlan)::INT
        + 5 * says(paymentMode)::INT + 5 * says(preferredContactType)::INT
        + 5 * (acceptMarketing IS NOT NULL AND acceptPrivatePolicy IS NOT NULL AND acceptNewsLetter IS NOT NULL)::INT
        AS points,
    CASE translate(monthlyIncome, '٠١٢٣٤٥٦٧٨٩', '0123456789')
        WHEN '5000-10000 SAR' THEN 7500 WHEN '5000-10000 ريال' THEN 7500 WHEN '10000-15000 SAR' THEN 12500
        WHEN '15000-20000 SAR' THEN 17500 WHEN '20000+ SAR' THEN 20000 WHEN '>20000 SAR' THEN 20000
        WHEN '<5000 SAR' THEN 2500 WHEN '12000' THEN 12000 END AS income
FROM p LEFT JOIN repeats USING (row) LEFT JOIN nearest USING (row) LEFT JOIN recovered USING (leadExternalId)
LEFT JOIN cars USING (leadExternalId) WHERE stands;

CREATE TABLE open_bulks AS
SELECT (epoch_us(TIMESTAMPTZ '2026-08-25 12:00:00+00') - epoch_us(createdDate)) / 3600000000 AS hours
FROM b WHERE status IN ('Created', 'In progress');

CREATE TABLE completed AS
SELECT abs(totalRecords - leadCount) AS gap, abs(errorRecords - errorLeadCount) AS error_gap
FROM b WHERE status = 'Completed';

CREATE TABLE sources AS
SELECT trim(source) AS source, count(*) AS leads, count(*) FILTER (acceptMarketing) AS yes,
    count(*) FILTER (NOT acceptMarketing) AS no
FROM f WHERE a GROUP BY 1;
