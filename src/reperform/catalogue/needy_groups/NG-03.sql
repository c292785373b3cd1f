/*---
code: NG-03
version: 1
title: {en: Needy person settled at the normal rate, zh: 困难群众按普通待遇结算}
domain: needy_groups
seed: [A7]
topics: [needy_groups]
question:
  en: Which costs of registered needy persons were settled without medical assistance, and what is due to them?
  zh: 哪些已认定困难群众的医疗费用未按救助待遇结算，应补发多少？
criteria:
  - {law: 社会救助暂行办法, article: "27-29", verified: false}
tables:
  medical_settlement: [setl_id, person_id, admitted_on, paid_as, eligible, fund_pay]
  needy_registry: [person_id, kind, district_body, valid_from, valid_to]
  needy_supplement: [voucher, setl_id, amount]
optional: [needy_supplement]
facts: [needy_benefit]
key: [setl_id]
body: district_body
amount: due
money: pay_persons
term: immediate
refer_to: civil_affairs_bureau
lookback: absolute
not_testable_when:
  - condition: eligible IS NULL
    reason: {en: The cost within the policy is not known, zh: 政策范围内费用未知}
  - condition: paid_as IS NULL
    reason: {en: The rate of the settlement is not known, zh: 结算待遇类别未知}
guard:
  en: >-
    What is due is the share of what the basic insurance left of the eligible cost, by the best kind of need that the
    person had on the day of care; ceilings and deductibles of a place are not reckoned. A registration that takes
    effect later than it was approved must carry the day of effect.
  zh: >-
    应补金额为基本医保支付后政策范围内剩余费用乘以救助比例，按就诊当日有效的最优困难类别计算；
    未计当地封顶线和起付线。批准后延期生效的认定，应以生效日期填列。
---*/
-- @population
WITH entitled AS (
  SELECT s.setl_id, max(b.percent) AS percent, max(n.district_body) AS district_body
  FROM needy_registry AS n
  JOIN medical_settlement AS s ON s.person_id = n.person_id
  JOIN needy_benefit AS b
    ON b.kind = n.kind AND s.admitted_on BETWEEN b.valid_from AND b.valid_to
  WHERE s.admitted_on >= n.valid_from AND (n.valid_to IS NULL OR s.admitted_on <= n.valid_to)
  GROUP BY s.setl_id
)
SELECT s.setl_id, e.district_body, e.percent, s.person_id, s.admitted_on, s.paid_as, s.eligible, s.fund_pay
FROM medical_settlement AS s
JOIN entitled AS e ON e.setl_id = s.setl_id

-- @exceptions
WITH supplement AS (
  SELECT setl_id, sum(amount) AS amount
  FROM needy_supplement
  GROUP BY setl_id
)
SELECT p.setl_id, p.district_body, (p.eligible - p.fund_pay) * p.percent // 100 - coalesce(u.amount, 0) AS due,
       p.person_id, p.admitted_on, p.eligible, p.fund_pay, p.percent, coalesce(u.amount, 0) AS paid_later
FROM population AS p
LEFT JOIN supplement AS u ON u.setl_id = p.setl_id
WHERE p.paid_as = 'normal'
  AND (p.eligible - p.fund_pay) * p.percent // 100 > coalesce(u.amount, 0)

-- @remedies
SELECT setl_id, sum(amount) AS remedied, max(voucher) AS trace
FROM needy_supplement
GROUP BY setl_id
