/*---
code: DF-01
version: 1
title: {en: Direct funds not distributed in time, zh: 直达资金未按时分配}
domain: fiscal_funds
seed: [A4]
topics: [direct_funds]
question:
  en: Were direct funds not distributed in full to units and projects within the allowed days of their receipt?
  zh: 直达资金是否在接收后规定天数内未足额分配到具体单位和项目？
criteria:
  - {law: 中华人民共和国预算法, article: "52, 57", version: 2018-12-29, verified: true}
  - {law: 年度中央财政直达资金管理办法, article: "", verified: false}
tables:
  direct_fund: [doc_no, body_id, fund_name, received_on, amount]
  direct_fund_split: [split_no, doc_no, split_on, amount]
key: [doc_no]
body: body_id
amount: undistributed
money: expedite
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: received_on IS NULL
    reason: {en: No date of receipt, zh: 无接收日期}
parameters:
  split_days:
    type: integer
    value: 30
    min: 0
    max: 366
    unit: day
    title: {en: Days for distribution, zh: 分配期限}
    source: {en: "Yearly rules on direct funds, not read in the original", zh: 年度直达资金管理规定，未核对原文}
    verified: false
guard:
  en: >-
    Funds settled by fact and funds held back by order of the province go to sifting. A distribution that came late
    but in full is no exception here.
  zh: 据实结算和上级明确暂缓分配的资金应在筛查中剔除。逾期但已足额分配的不属于本程序的问题。
---*/
-- @population
SELECT doc_no, body_id, received_on
FROM direct_fund

-- @exceptions
WITH split AS (
  SELECT doc_no, sum(amount) AS amount, max(split_on) AS last_split_on
  FROM direct_fund_split
  GROUP BY doc_no
)
SELECT f.doc_no, f.body_id, f.amount - coalesce(s.amount, 0) AS undistributed, f.fund_name, f.received_on,
       s.last_split_on, date_diff('day', f.received_on, :as_of) AS days_since
FROM direct_fund AS f
LEFT JOIN split AS s ON s.doc_no = f.doc_no
WHERE date_diff('day', f.received_on, :as_of) > :split_days AND f.amount > coalesce(s.amount, 0)

-- @remedies
SELECT doc_no, sum(amount) AS remedied, max(split_no) AS trace
FROM direct_fund_split
GROUP BY doc_no
