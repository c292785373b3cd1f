/*---
code: EM-06
version: 1
title: {en: Subsidy to a labour dispatch firm or a firm struck off, zh: 劳务派遣单位或已注吊销企业领取就业补贴}
domain: employment
seed: [A5]
topics: [eligibility, shell_firms]
question:
  en: Did a labour dispatch firm, or a firm whose registration had ended, draw an employment subsidy?
  zh: 劳务派遣单位或已注销、吊销的企业是否领取了就业补贴？
criteria:
  - {law: 广东省就业创业补贴申请办理指导清单（版本由审计人员填写）, article: "", verified: false}
tables:
  employment_subsidy: [payment_no, kind, firm_id, person_id, month, amount, applied_on, district_body]
  firm: [firm_id, dispatch, status, status_on]
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
  - condition: status IS NULL
    reason: {en: The firm is not in the register, zh: 企业登记信息中无该企业}
  - condition: status <> 'active' AND status_on IS NULL
    reason: {en: Struck off on an unknown day, zh: 注销或吊销日期不明}
guard:
  en: >-
    A firm that was struck off after it applied was right to apply. A dispatch firm may by local rule claim for its own
    office staff: look at where the person worked. Individuals without a firm are not examined.
  zh: 申请之后才注销、吊销的不属于问题。劳务派遣单位为本单位管理人员申领的，按当地规定核实用工单位。个人申领不在检查范围。
---*/
-- @population
SELECT s.payment_no, s.district_body, f.status, f.status_on
FROM employment_subsidy AS s
LEFT JOIN firm AS f ON f.firm_id = s.firm_id
WHERE s.firm_id IS NOT NULL

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'employment_subsidy'
  GROUP BY ref
)
SELECT s.payment_no, s.district_body, s.amount - coalesce(r.amount, 0) AS unduly, s.kind, s.firm_id, s.person_id, s.month,
       s.applied_on, f.status, f.status_on, coalesce(f.dispatch, FALSE) AS dispatch
FROM employment_subsidy AS s
JOIN firm AS f ON f.firm_id = s.firm_id
LEFT JOIN recovered AS r ON r.ref = s.payment_no
WHERE (f.dispatch OR (f.status <> 'active' AND f.status_on < s.applied_on))
  AND s.amount > coalesce(r.amount, 0)

-- @remedies
SELECT ref AS payment_no, sum(amount) AS remedied, max(voucher) AS trace
FROM recovery
WHERE register = 'employment_subsidy'
GROUP BY ref
