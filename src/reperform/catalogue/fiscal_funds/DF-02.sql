/*---
code: DF-02
version: 1
title: {en: "Direct funds parked in the unit's own account", zh: 直达资金以拨代支}
domain: fiscal_funds
seed: [A4]
topics: [direct_funds]
question:
  en: "Were direct funds paid into a unit's own account and did not reach the end user within some days?"
  zh: 直达资金是否拨入单位自有账户，规定天数内未支付到最终用户（以拨代支）？
criteria:
  - {law: 中华人民共和国预算法, article: "57, 61", version: 2018-12-29, verified: true}
  - {law: 财政违法行为处罚处分条例, article: "6（二）（三）", version: 2011-01-08, verified: true}
  - {law: 年度中央财政直达资金管理办法, article: "", verified: false}
tables:
  direct_fund_payment: [payment_no, doc_no, body_id, paid_on, payee_kind, amount, reached_amount]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [payment_no]
body: body_id
amount: parked
money: return_to_channel
term: immediate
refer_to: finance_bureau
lookback: absolute
not_testable_when:
  - condition: payee_kind IS NULL
    reason: {en: No kind of payee, zh: 无收款方类别}
parameters:
  onward_days:
    type: integer
    value: 10
    min: 0
    max: 366
    unit: day
    title: {en: Days to pay on, zh: 转付期限}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    A paying agency pays wages and allowances to many persons and is lawful. What is known to have reached the end
    user is taken off; ask for the list of receipts.
  zh: 代发账户用于向众多个人发放，属合法方式。已确认到达最终用户的金额予以扣除，应索取到户清单核对。
---*/
-- @population
SELECT payment_no, body_id, payee_kind
FROM direct_fund_payment

-- @exceptions
WITH back AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'direct_fund_payment'
  GROUP BY ref
)
SELECT p.payment_no, p.body_id, p.amount - coalesce(p.reached_amount, 0) - coalesce(b.amount, 0) AS parked, p.doc_no,
       p.paid_on, p.amount AS paid
FROM direct_fund_payment AS p
LEFT JOIN back AS b ON b.ref = p.payment_no
WHERE p.payee_kind = 'own_account'
  AND date_diff('day', p.paid_on, :as_of) > :onward_days
  AND p.amount > coalesce(p.reached_amount, 0) + coalesce(b.amount, 0)

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'direct_fund_payment'
GROUP BY ref
