/*---
code: EM-02
version: 1
title: {en: Same employment subsidy paid twice, zh: 重复领取同一就业补贴}
domain: employment
seed: [A5]
topics: [duplicates, across_districts]
question:
  en: Was a person paid the same subsidy twice for one month, or a person or firm a grant that is due once?
  zh: 同一人员是否就同一月份重复领取同一补贴，或同一人员、企业是否重复领取一次性补贴？
criteria:
  - {law: 就业补助资金管理办法（版本由审计人员填写）, article: "", verified: false}
  - {law: 中华人民共和国社会保险法, article: "88", verified: true}
tables:
  employment_subsidy: [payment_no, kind, firm_id, person_id, month, amount, paid_on, district_body]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
key: [payment_no]
body: district_body
amount: unduly
money: return_to_channel
term: immediate
refer_to: human_resources_bureau
lookback: absolute
not_testable_when:
  - condition: person_id IS NULL
    reason: {en: No person, zh: 无人员证件号}
guard:
  en: >-
    The payment that came later is the one too many, whichever district paid it; districts that share no register do not
    see each other. A payment that came back in full counts as not paid. Expansion aid may by local rule be due again
    when another firm hires the same person in a later year.
  zh: >-
    以后发放的一笔为重复领取，无论由哪个区发放；各区信息不共享时彼此不可见。已全额退回的视为未发放。
    有的地区规定次年度由其他企业招用时可再次享受扩岗补助，应在筛查中核实。
---*/
-- @population
SELECT payment_no, district_body, person_id
FROM employment_subsidy

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'employment_subsidy'
  GROUP BY ref
),
line AS (
  SELECT s.payment_no, s.kind, s.firm_id, s.person_id, s.month, s.amount - coalesce(r.amount, 0) AS unduly, s.paid_on,
         s.district_body,
         CASE WHEN s.kind IN ('startup', 'expansion') THEN NULL ELSE s.month END AS due_month
  FROM employment_subsidy AS s
  LEFT JOIN recovered AS r ON r.ref = s.payment_no
  WHERE s.person_id IS NOT NULL AND s.amount > coalesce(r.amount, 0)
),
compared AS (
  SELECT payment_no, kind, firm_id, person_id, month, unduly, paid_on, district_body,
         lag(payment_no) OVER of_person AS earlier_of_person, lag(district_body) OVER of_person AS earlier_district,
         CASE WHEN kind = 'startup' AND firm_id IS NOT NULL THEN lag(payment_no) OVER of_firm END AS earlier_of_firm
  FROM line
  WINDOW of_person AS (PARTITION BY kind, person_id, due_month ORDER BY paid_on, payment_no),
         of_firm AS (PARTITION BY kind, firm_id ORDER BY paid_on, payment_no)
)
SELECT payment_no, district_body, unduly, kind, person_id, firm_id, month, paid_on,
       coalesce(earlier_of_person, earlier_of_firm) AS earlier_payment_no, earlier_district
FROM compared
WHERE earlier_of_person IS NOT NULL OR earlier_of_firm IS NOT NULL

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'employment_subsidy'
GROUP BY ref
