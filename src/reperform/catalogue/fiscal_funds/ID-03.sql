/*---
code: ID-03
version: 1
title: {en: Payment behind the progress of a project, zh: 拨付进度滞后于项目进度}
domain: fiscal_funds
seed: [A2]
topics: [behind_progress]
question:
  en: "Was certified work not paid, after the allowed days, as far as the contract provides?"
  zh: 已审定的工程量，是否超过规定天数仍未按合同约定比例支付？
criteria:
  - {law: 中华人民共和国预算法, article: "57", version: 2018-12-29, verified: true}
  - {law: 中华人民共和国预算法实施条例, article: "57（三）, 60", version: 2020-08-03, verified: true}
  - {law: 保障中小企业款项支付条例, article: "", verified: false}
tables:
  project_progress: [progress_no, item_no, certified_on, contract_amount, certified_amount, agreed_percent]
  budget_item: [item_no, body_id]
  budget_payment: [payment_no, item_no, amount]
key: [item_no]
body: body_id
amount: unpaid
money: expedite
term: immediate
refer_to: finance_bureau
lookback: absolute
parameters:
  grace_days:
    type: integer
    value: 30
    min: 0
    max: 366
    unit: day
    title: {en: Days between certificate and payment, zh: 计量审核后允许付款天数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  tolerance_percent:
    type: integer
    value: 10
    min: 0
    max: 100
    unit: percent
    title: {en: Share of what is due that may be open, zh: 允许未付比例}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Retention money, set-off of penalties and a stopped work can explain an open sum. The last certificate that is
    older than the allowed days decides; a younger one is not yet due. At a look-back, payment of later work counts
    like payment of what was open.
  zh: >-
    质保金扣留、违约金抵扣、停工可以解释未付款项。以超过付款天数的最近一期计量为准，较新的计量尚未到期。回头看时，对后
    续工程量的付款同样计入已整改金额。
---*/
-- @population
SELECT i.item_no, i.body_id
FROM budget_item AS i
WHERE EXISTS (SELECT 1 FROM project_progress AS p WHERE p.item_no = i.item_no)

-- @exceptions
WITH latest AS (
  SELECT item_no, certified_on, contract_amount, certified_amount, agreed_percent,
         row_number() OVER (PARTITION BY item_no ORDER BY certified_on DESC, progress_no DESC) AS place
  FROM project_progress
  WHERE date_diff('day', certified_on, :as_of) > :grace_days
),
paid AS (
  SELECT item_no, sum(amount) AS amount
  FROM budget_payment
  GROUP BY item_no
),
due AS (
  SELECT l.item_no, l.certified_on, l.contract_amount, l.certified_amount * l.agreed_percent // 100 AS payable,
         coalesce(p.amount, 0) AS paid
  FROM latest AS l
  LEFT JOIN paid AS p ON p.item_no = l.item_no
  WHERE l.place = 1
)
SELECT i.item_no, i.body_id, d.payable - d.paid AS unpaid, d.payable, d.paid, d.contract_amount, d.certified_on
FROM due AS d
JOIN budget_item AS i ON i.item_no = d.item_no
WHERE d.paid < d.payable AND d.paid * 100 < d.payable * (100 - :tolerance_percent)

-- @remedies
SELECT item_no, sum(amount) AS remedied, max(payment_no) AS trace
FROM budget_payment
GROUP BY item_no
