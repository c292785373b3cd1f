/*---
code: BM-01
version: 1
title: {en: Milestone missed by a project that was paid, zh: 资金已拨而里程碑逾期未完成}
domain: performance
seed: [A12]
topics: [biomedicine]
question:
  en: Did a project of the biomedicine programme miss a milestone though public money was paid to it?
  zh: 生物医药专项项目在财政资金已拨付的情况下，是否逾期未完成里程碑节点？
criteria:
  - {law: 专项资金管理办法和项目合同书（文号由审计人员填写）, article: "", verified: false}
tables:
  bio_project: [project_id, body_id]
  bio_payment: [project_id, amount]
  bio_milestone: [project_id, milestone_no, due_on, deferred_to, done_on, report_no]
key: [project_id, milestone_no]
body: body_id
term: staged
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: due_on IS NULL
    reason: {en: The milestone has no date, zh: 节点无计划完成日期}
parameters:
  grace_days:
    type: integer
    value: 30
    min: 0
    max: 366
    unit: day
    title: {en: Days after the due date that are let pass, zh: 到期后的宽限天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A day that was deferred with approval counts from the later day. Projects to which nothing was paid yet are not
    examined. Clinical trials depend on others: a reason can be good and still needs an approved deferral.
  zh: 经批准延期的，以延期后的日期为准。尚未拨款的项目不检查。临床试验受外部因素影响，理由成立的也应办理延期审批。
---*/
-- @population
WITH paid AS (
  SELECT project_id, sum(amount) AS paid
  FROM bio_payment
  GROUP BY project_id
)
SELECT m.project_id, m.milestone_no, p.body_id, coalesce(m.deferred_to, m.due_on) AS due_on, m.done_on, s.paid
FROM bio_milestone AS m
JOIN bio_project AS p ON p.project_id = m.project_id
JOIN paid AS s ON s.project_id = m.project_id
WHERE s.paid > 0

-- @exceptions
SELECT project_id, milestone_no, body_id, due_on, CAST(paid AS bigint) AS paid_fen,
       date_diff('day', due_on, :as_of) AS days_late
FROM population
WHERE done_on IS NULL AND date_diff('day', due_on, :as_of) > :grace_days

-- @remedies
SELECT project_id, milestone_no, report_no AS trace
FROM bio_milestone
WHERE done_on IS NOT NULL AND report_no IS NOT NULL
