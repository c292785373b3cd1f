/*---
code: ID-02
version: 1
title: {en: "Money lying in units' accounts", zh: 单位账户沉淀资金}
domain: fiscal_funds
seed: [A2]
topics: [balance_without_payment]
question:
  en: "Does money lie in a unit's account that paid nothing for a year, or whose project has ended?"
  zh: 单位账户是否长期无支出，或项目结束后仍留存资金未清理？
criteria:
  - {law: 中华人民共和国预算法, article: "42", version: 2018-12-29, verified: true}
  - {law: 财政部关于推进地方盘活财政存量资金有关事项的通知（财预〔2015〕15号）, article: "", verified: false}
tables:
  unit_account: [account_no, body_id, account_kind, opened_on, project_ended_on, balance_amount]
  account_entry: [account_no, booked_on, direction]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [account_no]
body: body_id
amount: balance
money: revitalise
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  idle_days:
    type: integer
    value: 365
    min: 30
    max: 3660
    unit: day
    title: {en: Days without a payment, zh: 无支出天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  ended_days:
    type: integer
    value: 90
    min: 0
    max: 3660
    unit: day
    title: {en: Days after the end of a project, zh: 项目结束后允许天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  min_balance:
    type: integer
    value: 1000000
    min: 1
    max: 100000000000
    unit: fen
    title: {en: Smallest balance examined, zh: 检查的最小余额}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Retained warranty money and money frozen by a court may lie there by right. An account opened less than a year
    ago has had no time. A balance that fell without a voucher of recovery was moved, not put to use.
  zh: 工程质保金、司法冻结资金可依法留存。开户不足一年的账户不作判断。余额减少而无收回凭证的，属于转移而非盘活。
---*/
-- @population
SELECT account_no, body_id
FROM unit_account

-- @exceptions
WITH last_out AS (
  SELECT account_no, max(booked_on) AS paid_on
  FROM account_entry
  WHERE direction = 'out'
  GROUP BY account_no
)
SELECT a.account_no, a.body_id, a.balance_amount AS balance, a.account_kind, l.paid_on AS last_paid_on, a.project_ended_on
FROM unit_account AS a
LEFT JOIN last_out AS l ON l.account_no = a.account_no
WHERE a.balance_amount >= :min_balance
  AND (date_diff('day', coalesce(l.paid_on, a.opened_on), :as_of) > :idle_days
       OR date_diff('day', a.project_ended_on, :as_of) > :ended_days)

-- @remedies
SELECT ref AS account_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'unit_account'
GROUP BY ref
