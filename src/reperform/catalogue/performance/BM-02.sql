/*---
code: BM-02
version: 1
title: {en: Project paid and ended without any output, zh: 专项资金投入后项目到期无成果}
domain: performance
seed: [A12]
topics: [biomedicine]
question:
  en: Did a project of the biomedicine programme that was paid come to its end without one registered output?
  zh: 生物医药专项项目到期后，是否无任何登记成果而资金未收回？
criteria:
  - {law: 专项资金管理办法和项目合同书（文号由审计人员填写）, article: "", verified: false}
tables:
  bio_project: [project_id, body_id, grant_amount, ends_on]
  bio_payment: [project_id, amount]
  bio_output: [output_no, project_id]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [project_id]
body: body_id
amount: without_output
money: return_to_channel
term: staged
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: ends_on IS NULL
    reason: {en: The project has no end, zh: 项目无结束日期}
parameters:
  grace_days:
    type: integer
    value: 180
    min: 0
    max: 1095
    unit: day
    title: {en: Days after the end in which outputs may be registered, zh: 项目到期后成果登记的宽限天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Research may fail honestly: a project that was closed with an accepted report of failure goes to sifting. An output
    that is registered later ends the exception, yet shows no money: what was paid for nothing is remedied by what
    comes back.
  zh: >-
    科研允许失败：经验收认定属探索性失败的应在筛查中剔除。
    事后补登成果的不再列为问题，但不构成资金整改；未产生成果的资金以收回为准。
---*/
-- @population
WITH paid AS (
  SELECT project_id, sum(amount) AS paid
  FROM bio_payment
  GROUP BY project_id
)
SELECT p.project_id, p.body_id, p.ends_on, p.grant_amount, s.paid
FROM bio_project AS p
JOIN paid AS s ON s.project_id = p.project_id
WHERE s.paid > 0

-- @exceptions
WITH returned AS (
  SELECT ref, sum(amount) AS returned
  FROM recovery
  WHERE register = 'bio_project'
  GROUP BY ref
)
SELECT p.project_id, p.body_id, CAST(p.paid - coalesce(r.returned, 0) AS bigint) AS without_output,
       CAST(p.paid AS bigint) AS paid, p.grant_amount, p.ends_on
FROM population AS p
LEFT JOIN returned AS r ON r.ref = p.project_id
WHERE date_diff('day', p.ends_on, :as_of) > :grace_days
  AND p.paid > coalesce(r.returned, 0)
  AND NOT EXISTS (SELECT 1 FROM bio_output AS o WHERE o.project_id = p.project_id AND o.output_no IS NOT NULL)

-- @remedies
SELECT ref AS project_id, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'bio_project'
GROUP BY ref
