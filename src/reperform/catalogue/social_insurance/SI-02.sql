/*---
code: SI-02
version: 1
title: {en: Social security card later than its term, zh: 社会保障卡超时限办理}
domain: social_insurance
seed: [A6]
topics: [card_time]
question:
  en: Did an application for a social security card take more working days than the term allows?
  zh: 社会保障卡自申请至可领取，是否超过规定的工作日？
criteria:
  - {law: 社会保险经办条例, article: "6", version: 2023-12-01, verified: true}
tables:
  social_card_application: [application_no, applied_on, issued_on, body]
  correction: [number, register, ref]
optional: [correction]
facts: [calendar_exception]
key: [application_no]
body: body
term: immediate
refer_to: human_resources_bureau
lookback: absolute
not_testable_when:
  - condition: applied_on IS NULL
    reason: {en: No date of application, zh: 无申请日期}
  - condition: year(applied_on) < first_year OR year(done_on) > last_year
    reason: {en: The working days of that year are not known, zh: 缺少该年度的节假日安排}
parameters:
  working_days:
    type: integer
    value: 12
    min: 1
    max: 60
    unit: day
    title: {en: Working days that a card may take, zh: 办理时限（工作日）}
    source: {en: "The interview: from 25 working days to 12; the regulations of 2023 say 10 for issuing", zh: 访谈：由25个工作日缩短至12个工作日；2023年《社会保险经办条例》第六条为10个工作日}
    verified: false
guard:
  en: >-
    The day of the application is not counted; the last day of the term is still in time. A card that lay ready and was
    not fetched was in time. A late card stays late: what clears the row is the paper that puts the office right.
  zh: 申请当日不计，期限最后一日办结视为按时。已制好待领的卡不属于超时。已超时的办结不可逆转，以整改更正文书作为整改依据。
---*/
-- @population
WITH known AS (
  SELECT year(min(day)) AS first_year, year(max(day)) AS last_year
  FROM calendar_exception
)
SELECT a.application_no, a.body, a.applied_on, a.issued_on, least(coalesce(a.issued_on, :as_of), :as_of) AS done_on,
       k.first_year, k.last_year
FROM social_card_application AS a
CROSS JOIN known AS k

-- @exceptions
WITH slow AS (
  SELECT application_no, body, applied_on, issued_on, done_on,
         date_diff('day', CAST('1970-01-05' AS DATE), applied_on) + 1 AS opened,
         date_diff('day', CAST('1970-01-05' AS DATE), done_on) + 1 AS closed
  FROM population
  WHERE date_diff('day', applied_on, done_on) > :working_days
),
moved AS (
  SELECT s.application_no, sum(CASE WHEN e.worked THEN 1 ELSE -1 END) AS days
  FROM slow AS s
  JOIN calendar_exception AS e ON e.day > s.applied_on AND e.day <= s.done_on
  GROUP BY s.application_no
),
counted AS (
  SELECT s.application_no, s.body, s.applied_on, s.issued_on,
         s.closed // 7 * 5 + least(s.closed % 7, 5) - s.opened // 7 * 5 - least(s.opened % 7, 5)
           + coalesce(m.days, 0) AS working_days
  FROM slow AS s
  LEFT JOIN moved AS m ON m.application_no = s.application_no
)
SELECT c.application_no, c.body, c.applied_on, c.issued_on, c.working_days
FROM counted AS c
ANTI JOIN correction AS k ON k.register = 'social_card_application' AND k.ref = c.application_no
WHERE c.working_days > :working_days

-- @remedies
SELECT ref AS application_no, max(number) AS trace
FROM correction
WHERE register = 'social_card_application'
GROUP BY ref
