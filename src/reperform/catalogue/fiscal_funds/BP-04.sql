/*---
code: BP-04
version: 1
title: {en: Too little notified in advance, zh: 转移支付提前下达比例不足}
domain: fiscal_funds
seed: [A4]
topics: [transfer_payments]
question:
  en: Was less than 90 percent of general or 70 percent of special transfers notified to lower governments in advance?
  zh: 提前下达的一般性转移支付是否低于90%，专项转移支付是否低于70%？
criteria:
  - {law: 中华人民共和国预算法, article: "38", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "48", version: 2020-08-03, verified: true}
tables:
  advance_plan: [line_no, body_id, to_body, year, kind, by_fact, expected_amount]
  advance_notice: [notice_no, line_no, amount]
key: [line_no]
body: body_id
amount: missing
money: expedite
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: expected_amount IS NULL
    reason: {en: No expected execution, zh: 无预计执行数}
parameters:
  general_percent:
    type: integer
    value: 90
    min: 0
    max: 100
    unit: percent
    title: {en: Share of general transfers, zh: 一般性转移支付提前下达比例}
    source: {en: "Implementing Regulations of the Budget Law, article 48", zh: 《预算法实施条例》第四十八条}
    verified: true
  special_percent:
    type: integer
    value: 70
    min: 0
    max: 100
    unit: percent
    title: {en: Share of special transfers, zh: 专项转移支付提前下达比例}
    source: {en: "Implementing Regulations of the Budget Law, article 48", zh: 《预算法实施条例》第四十八条}
    verified: true
  last_month:
    type: integer
    value: 11
    min: 1
    max: 12
    unit: month
    title: {en: Last month of the year before, zh: 上年最后下达月份}
    source:
      en: Guangzhou asks for the end of November; the regulations name no day
      zh: 广州要求11月底前；条例未规定日期
    verified: false
guard:
  en: >-
    Transfers settled by fact are left out by the regulations, which say 'as a rule' of the shares. A line is
    looked at once the last month has passed.
  zh: 据实结算等特殊项目不计入；条例规定“一般不低于”，确有理由的应在筛查中说明。期限月份终了后方列入检查。
---*/
-- @population
SELECT line_no, body_id, expected_amount
FROM advance_plan
WHERE NOT by_fact
  AND (year(:as_of) >= year OR (year(:as_of) + 1 = year AND month(:as_of) > :last_month))

-- @exceptions
WITH notified AS (
  SELECT line_no, sum(amount) AS amount
  FROM advance_notice
  GROUP BY line_no
),
line AS (
  SELECT line_no, body_id, to_body, year, kind, expected_amount,
         (expected_amount * CASE WHEN kind = 'general' THEN :general_percent ELSE :special_percent END + 99) // 100
           AS needed
  FROM advance_plan
  WHERE NOT by_fact
    AND (year(:as_of) >= year OR (year(:as_of) + 1 = year AND month(:as_of) > :last_month))
)
SELECT l.line_no, l.body_id, l.needed - coalesce(n.amount, 0) AS missing, l.to_body, l.year, l.kind, l.expected_amount,
       coalesce(n.amount, 0) AS notified
FROM line AS l
LEFT JOIN notified AS n ON n.line_no = l.line_no
WHERE coalesce(n.amount, 0) < l.needed

-- @remedies
SELECT line_no, sum(amount) AS remedied, max(notice_no) AS trace
FROM advance_notice
GROUP BY line_no
