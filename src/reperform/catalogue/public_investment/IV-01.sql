/*---
code: IV-01
version: 1
title: {en: Investment approvals out of order, zh: 投资审批程序倒置或未批先建}
domain: public_investment
seed: [A13]
topics: [approval_order]
question:
  en: "Was a project's feasibility study, design or construction approved or begun before the step that must come first?"
  zh: 项目可研、概算批复或者开工是否早于其前置审批程序？
criteria:
  - {law: 政府投资条例, article: "9, 20, 34(一)", version: 2019-04-14, verified: true}
  - {law: 中华人民共和国建筑法, article: "7", version: 2019-04-23, verified: true}
tables:
  project: [project_id, body_id, proposal_on, feasibility_on, estimate_on, permit_on, started_on, accepted_on]
  correction: [number, register, ref]
optional: [correction]
key: [project_id]
body: body_id
term: immediate
refer_to: development_reform_bureau
lookback: absolute
not_testable_when:
  - condition: started_on IS NULL AND accepted_on IS NOT NULL
    reason: {en: "Accepted, but no date of the beginning of works", zh: 已竣工验收但无开工日期}
parameters:
  grace_days:
    type: integer
    value: 0
    min: 0
    max: 366
    unit: day
    title: {en: Days by which works may run ahead of an approval, zh: 允许开工早于批复的天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Small projects may merge or leave out the proposal and the feasibility study, so a step without a date is no
    fault, except a project whose works have begun without an approved estimate. Emergency and disaster relief works
    follow rules of their own. A later approval does not make the order right; it is a correction when it is entered
    as such.
  zh: >-
    小型项目可依法合并或者简化项目建议书、可行性研究报告审批，缺少某一环节日期不视为问题；但已开工而无概算批复的除外。
    抢险救灾等应急工程另有规定。事后补批不改变倒置事实，登记为整改后方予消除。
---*/
-- @population
SELECT project_id, body_id, started_on, accepted_on
FROM project

-- @exceptions
WITH step AS (
  SELECT project_id, body_id, proposal_on, feasibility_on, estimate_on, permit_on, started_on,
         CASE WHEN feasibility_on < proposal_on THEN 1 ELSE 0 END AS feasibility_first,
         CASE WHEN estimate_on < feasibility_on THEN 1 ELSE 0 END AS estimate_first,
         CASE WHEN date_diff('day', started_on, estimate_on) > :grace_days
                OR (started_on IS NOT NULL AND estimate_on IS NULL) THEN 1 ELSE 0 END AS started_unapproved,
         CASE WHEN date_diff('day', started_on, permit_on) > :grace_days THEN 1 ELSE 0 END AS started_unpermitted
  FROM project
)
SELECT s.project_id, s.body_id, s.feasibility_first, s.estimate_first, s.started_unapproved, s.started_unpermitted,
       s.proposal_on, s.feasibility_on, s.estimate_on, s.permit_on, s.started_on
FROM step AS s
WHERE s.feasibility_first + s.estimate_first + s.started_unapproved + s.started_unpermitted > 0
  AND NOT EXISTS (
    SELECT k.number FROM correction AS k WHERE k.register = 'project' AND k.ref = s.project_id
  )

-- @remedies
SELECT ref AS project_id, max(number) AS trace
FROM correction
WHERE register = 'project'
GROUP BY ref
