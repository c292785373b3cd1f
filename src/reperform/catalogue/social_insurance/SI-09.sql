/*---
code: SI-09
version: 1
title: {en: Employer not registered for social insurance, zh: 用人单位未办理社会保险登记}
domain: social_insurance
seed: [A6]
topics: [unpaid]
question:
  en: Has a firm that pays wages not registered for social insurance more than thirty days after it was founded?
  zh: 已发放工资的企业，成立超过三十日是否仍未办理社会保险登记？
criteria:
  - {law: 中华人民共和国社会保险法, article: "57", verified: true}
tables:
  firm: [firm_id, registered_on, status, district_body]
  tax_declaration: [firm_id, employees]
  insurance_registration: [registration_no, firm_id]
key: [firm_id]
body: district_body
term: immediate
refer_to: human_resources_bureau
lookback: absolute
not_testable_when:
  - condition: registered_on IS NULL
    reason: {en: No date of registration, zh: 无成立日期}
parameters:
  days:
    type: integer
    value: 30
    min: 0
    max: 366
    unit: day
    title: {en: Days from the foundation to the registration, zh: 自成立之日起的登记期限}
    source: {en: "Social Insurance Law, art. 57", zh: 中华人民共和国社会保险法第五十七条}
    verified: false
guard:
  en: >-
    A firm that declares wages for nobody employs nobody and is not examined, nor is a firm that was struck off. The staff
    of a branch may be insured by its head office: look at where they are insured.
  zh: 未申报工资人数的企业视为无用工，已注吊销的企业不在检查范围。分支机构人员可能由总公司统一参保，应核实实际参保单位。
---*/
-- @population
WITH paying AS (
  SELECT firm_id
  FROM tax_declaration
  WHERE employees > 0
  GROUP BY firm_id
)
SELECT f.firm_id, f.district_body, f.registered_on
FROM firm AS f
JOIN paying AS p ON p.firm_id = f.firm_id
WHERE f.status = 'active'

-- @exceptions
SELECT p.firm_id, p.district_body, p.registered_on, date_diff('day', p.registered_on, :as_of) AS days
FROM population AS p
ANTI JOIN insurance_registration AS i ON i.firm_id = p.firm_id
WHERE date_diff('day', p.registered_on, :as_of) > :days

-- @remedies
SELECT firm_id, max(registration_no) AS trace
FROM insurance_registration
GROUP BY firm_id
