/*---
code: IV-20
version: 1
title: {en: Final accounts not closed after acceptance, zh: 竣工财务决算未及时办理}
domain: public_investment
seed: [A13]
topics: [settlement]
question:
  en: Are the final accounts of an accepted project still not approved after the time allowed?
  zh: 项目竣工验收后是否超过规定期限仍未办结竣工财务决算？
criteria:
  - {law: 政府投资条例, article: "25, 34", version: 2019-04-14, verified: true}
  - {law: 基本建设财务规则（财政部令第81号）, article: "33, 34", verified: false}
tables:
  project: [project_id, body_id, accepted_on, final_accounts_on, final_accounts_no]
key: [project_id]
body: body_id
term: staged
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: final_accounts_no IS NOT NULL AND final_accounts_on IS NULL
    reason: {en: Approved without a date, zh: 有批复文号而无批复日期}
parameters:
  limit_days:
    type: integer
    value: 90
    min: 0
    max: 1096
    unit: day
    title: {en: Days from acceptance to the approval of the accounts, zh: 竣工验收至决算批复的最长天数}
    source: {en: "Rules on Finance of Capital Construction (2016): three months; the text was not read", zh: 《基本建设财务规则》三个月，未核对原文}
    verified: false
guard:
  en: >-
    Large projects may be given more time by the finance bureau. Accounts that were closed late are not singled out,
    they are closed. Acceptance by stages counts from the last stage.
  zh: >-
    大型项目经财政部门同意可延长期限。逾期但已办结的不列出。分期验收的自最后一期验收起算。
---*/
-- @population
SELECT project_id, body_id, final_accounts_on, final_accounts_no
FROM project
WHERE accepted_on IS NOT NULL

-- @exceptions
SELECT project_id, body_id, accepted_on, date_diff('day', accepted_on, :as_of) AS days_since
FROM project
WHERE final_accounts_on IS NULL AND date_diff('day', accepted_on, :as_of) > :limit_days

-- @remedies
SELECT project_id, final_accounts_no AS trace
FROM project
WHERE final_accounts_on IS NOT NULL AND final_accounts_no IS NOT NULL
