/*---
code: BP-03
version: 1
title: {en: Transfer payments not issued in time, zh: 转移支付未按时下达}
domain: fiscal_funds
seed: [A4]
topics: [transfer_payments]
question:
  en: Was a transfer to a lower government not formally issued in full within the lawful days?
  zh: 对下级政府的转移支付是否未在法定期限内足额正式下达？
criteria:
  - {law: 中华人民共和国预算法, article: "52", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "59", version: 2020-08-03, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "7（六）", version: 2011-01-08, verified: true}
tables:
  transfer_payment: [doc_no, body_id, to_body, kind, source, nature, approved_on, received_on, amount]
  transfer_issue: [issue_no, doc_no, amount]
key: [doc_no]
body: body_id
amount: unissued
money: expedite
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: starts_on IS NULL
    reason: {en: No date from which the days count, zh: 无人大批准或收文日期}
parameters:
  general_days:
    type: integer
    value: 30
    min: 0
    max: 366
    unit: day
    title: {en: Days for general transfers, zh: 一般性转移支付下达期限}
    source: {en: "Budget Law, article 52, fourth paragraph", zh: 《预算法》第五十二条第四款}
    verified: true
  special_days:
    type: integer
    value: 60
    min: 0
    max: 366
    unit: day
    title: {en: Days for special transfers, zh: 专项转移支付下达期限}
    source: {en: "Budget Law, article 52, fourth paragraph", zh: 《预算法》第五十二条第四款}
    verified: true
  upper_days:
    type: integer
    value: 30
    min: 0
    max: 366
    unit: day
    title: {en: Days for money from above, zh: 上级资金转下达期限}
    source:
      en: "Budget Law, article 52, third paragraph, says it of provinces; for a city it is an assumption"
      zh: 《预算法》第五十二条第三款对省级的规定；市级参照执行属假定
    verified: false
guard:
  en: >-
    Transfers for emergencies and those settled by fact have no such days and are not examined. A transfer that
    came late but in full is no exception here. The days are calendar days.
  zh: >-
    突发事件处理和据实结算的转移支付不适用该期限，不在检查范围内。逾期但已足额下达的不属于本程序的问题。期限按自然日计
    算。
---*/
-- @population
SELECT doc_no, body_id, CASE WHEN source = 'own' THEN approved_on ELSE received_on END AS starts_on
FROM transfer_payment
WHERE nature = 'normal'

-- @exceptions
WITH issued AS (
  SELECT doc_no, sum(amount) AS amount
  FROM transfer_issue
  GROUP BY doc_no
),
owed AS (
  SELECT doc_no, body_id, to_body, kind, source, amount,
         date_diff('day', CASE WHEN source = 'own' THEN approved_on ELSE received_on END, :as_of) AS days,
         CASE WHEN source = 'upper' THEN :upper_days WHEN kind = 'general' THEN :general_days ELSE :special_days END
           AS allowed_days
  FROM transfer_payment
  WHERE nature = 'normal'
)
SELECT o.doc_no, o.body_id, o.amount - coalesce(i.amount, 0) AS unissued, o.to_body, o.kind, o.source, o.days,
       o.allowed_days
FROM owed AS o
LEFT JOIN issued AS i ON i.doc_no = o.doc_no
WHERE o.days > o.allowed_days AND o.amount > coalesce(i.amount, 0)

-- @remedies
SELECT doc_no, sum(amount) AS remedied, max(issue_no) AS trace
FROM transfer_issue
GROUP BY doc_no
