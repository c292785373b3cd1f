/*---
code: RF-003
version: 1
title: {en: Short submission period (R003), zh: 投标时间过短（R003）}
domain: public_investment
seed: [A13]
topics: [time_limits]
question:
  en: Were there fewer whole days between the opening of the submission period and its end than the threshold?
  zh: 投标起止时间之间的整日数是否少于阈值？
criteria:
  - {law: "Open Contracting Partnership, red flag R003 as published with Cardinal 0.0.8", article: R003, version: 2025-11-22, verified: true}
  - {law: 招标投标法, article: '24', verified: true}
tables:
  tender:
    [tender_id, buyer_id, title, status, procurement_method, procurement_method_details, tender_period_start,
     tender_period_end]
  correction: [number, register, ref]
optional: [correction]
facts: [submission_period]
key: [tender_id]
body: buyer_id
term: immediate
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: tender_period_start IS NULL
    reason: {en: "No instant at which the submission period begins", zh: 无投标开始时间}
  - condition: tender_period_end IS NULL
    reason: {en: "No instant at which the submission period ends", zh: 无投标截止时间}
parameters:
  threshold:
    type: integer
    value: 15
    min: 1
    max: 366
    unit: day
    title: {en: Fewest whole days, zh: 最少整日数}
    source: {en: "Red flag R003 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R003的默认值}
    verified: true
  procurement_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods that are examined (all if empty), zh: 检查的招标方式（空为全部）}
    source: {en: "Red flag R003 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R003的默认值}
    verified: true
  excluded_methods:
    type: string
    value: ""
    min: ""
    unit: words with a bar between
    title: {en: Methods in the words of the source that are not examined, zh: 不检查的采购方式说明（竖线分隔）}
    source: {en: "Red flag R003 of the Open Contracting Partnership, its default", zh: 开放合约组织红旗指标R003的默认值}
    verified: true
guard:
  en: >-
    The days are whole days between two instants: fourteen days and twenty-three hours are fourteen. The fact
    `submission_period` gives other thresholds by method in the words of the source; a bureau puts those of its law there
    (twenty days for what must be tendered in China). A second tender after a failed first may lawfully be shorter.
  zh: >-
    按两个时刻之间的整日数计算：十四日零二十三小时计为十四日。不同采购方式的法定期限填入事实表submission_period
    （我国依法必须招标的项目为二十日）。首次流标后的重新招标可能依法缩短，应在筛查中剔除。
---*/
-- @population
SELECT t.tender_id, t.buyer_id, t.title, t.procurement_method_details, t.tender_period_start, t.tender_period_end
FROM tender AS t
WHERE (t.status IS NULL OR t.status <> 'cancelled')
  AND coalesce(replace('|' || :excluded_methods || '|', '|' || t.procurement_method_details || '|', '|')
               = '|' || :excluded_methods || '|', TRUE)
  AND CASE WHEN :procurement_methods = '' THEN TRUE
           ELSE coalesce(replace('|' || :procurement_methods || '|', '|' || t.procurement_method || '|', '|')
                         <> '|' || :procurement_methods || '|', FALSE) END

-- @exceptions
WITH corrected AS (
  SELECT DISTINCT ref
  FROM correction
  WHERE register = 'tender'
),
counted AS (
  SELECT p.tender_id, p.buyer_id, p.title, p.procurement_method_details, p.tender_period_start, p.tender_period_end,
         date_diff('day', CAST(p.tender_period_start AS DATE), CAST(p.tender_period_end AS DATE))
         - CASE WHEN strftime(p.tender_period_end, '%H:%M:%S') < strftime(p.tender_period_start, '%H:%M:%S') THEN 1
                ELSE 0 END AS days,
         coalesce(s.days, :threshold) AS least_days
  FROM population AS p
  LEFT JOIN submission_period AS s ON s.procurement_method_details = p.procurement_method_details
  WHERE p.tender_period_start IS NOT NULL AND p.tender_period_end IS NOT NULL
)
SELECT c.tender_id, c.buyer_id, c.title, c.procurement_method_details, c.days, c.least_days
FROM counted AS c
ANTI JOIN corrected AS r ON r.ref = c.tender_id
WHERE c.days < c.least_days

-- @remedies
SELECT ref AS tender_id, max(number) AS trace
FROM correction
WHERE register = 'tender'
GROUP BY ref
