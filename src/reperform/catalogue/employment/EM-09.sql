/*---
code: EM-09
version: 1
title: {en: Tied firms drawing a subsidy in several districts, zh: 关联企业跨区领取同一补贴}
domain: employment
seed: [A5]
topics: [across_districts, ties]
question:
  en: Did one group of tied firms draw the same subsidy from several districts?
  zh: 同一关联企业群是否在多个区领取了同一项补贴？
criteria:
  - {law: 中华人民共和国社会保险法, article: "88", verified: true}
  - {law: 财政违法行为处罚处分条例, article: "6, 14", verified: false}
tables:
  employment_subsidy: [payment_no, kind, firm_id, amount, district_body]
  firm: [firm_id]
  recovery: [voucher, register, ref, amount]
optional: [recovery]
derived:
  firm_tie:
    from:
      firm: [firm_id, representative_id, address, phone, agent_id]
      employment_subsidy: [firm_id, person_id]
    columns: {firm_id: string, lead_firm: string, firms: integer, tied_by: string}
    text:
      en: >-
        Groups of firms that share an address, a telephone, a representative, an agent or several of the people for whom
        subsidies were paid; ties carry on from firm to firm.
      zh: 因地址、电话、法定代表人、经办人相同或补贴人员多人重合而相互关联的企业群，关联关系可逐家传递。
key: [firm_id, kind, district_body]
body: district_body
amount: in_question
money: return_to_channel
term: immediate
refer_to: human_resources_bureau
lookback: absolute
not_testable_when:
  - condition: NOT registered
    reason: {en: The firm is not in the register, zh: 企业登记信息中无该企业}
parameters:
  min_districts:
    type: integer
    value: 2
    min: 2
    max: 20
    unit: district
    title: {en: Districts that paid one group, zh: 向同一群发放补贴的区数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  most_sharing:
    type: integer
    value: 10
    min: 2
    max: 1000
    unit: firm
    title: {en: Firms that may share a value before it says nothing, zh: 同一信息共用企业数上限}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
  min_shared_staff:
    type: integer
    value: 3
    min: 1
    max: 1000
    unit: person
    title: {en: People in common that tie two firms, zh: 构成关联的重合人数}
    source: {en: Working assumption of the project; set your own, zh: 本项目的工作假定，请自行设定}
    verified: false
guard:
  en: >-
    Seen only when the data of the districts lie side by side. A chain with branches registered in several districts may
    be entitled in each. What more than ten firms share does not tie.
  zh: 只有将各区数据合并比对才能发现。在多区设有分支的连锁企业可能分别符合条件。十家以上企业共用的信息不构成关联。
---*/
-- @population
SELECT s.firm_id, s.kind, s.district_body, f.firm_id IS NOT NULL AS registered
FROM employment_subsidy AS s
LEFT JOIN firm AS f ON f.firm_id = s.firm_id
WHERE s.firm_id IS NOT NULL
GROUP BY s.firm_id, s.kind, s.district_body, f.firm_id

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'employment_subsidy'
  GROUP BY ref
),
drawn AS (
  SELECT s.firm_id, s.kind, s.district_body, sum(s.amount - coalesce(r.amount, 0)) AS in_question
  FROM employment_subsidy AS s
  LEFT JOIN recovered AS r ON r.ref = s.payment_no
  WHERE s.firm_id IS NOT NULL
  GROUP BY s.firm_id, s.kind, s.district_body
),
spread AS (
  SELECT t.lead_firm, d.kind, count(DISTINCT d.district_body) AS districts, count(DISTINCT d.firm_id) AS drawing
  FROM drawn AS d
  JOIN firm_tie AS t ON t.firm_id = d.firm_id
  GROUP BY t.lead_firm, d.kind
)
SELECT d.firm_id, d.kind, d.district_body, d.in_question, t.lead_firm, t.firms, t.tied_by, s.districts
FROM drawn AS d
JOIN firm_tie AS t ON t.firm_id = d.firm_id
JOIN spread AS s ON s.lead_firm = t.lead_firm AND s.kind = d.kind
WHERE s.districts >= :min_districts AND s.drawing > 1 AND d.in_question > 0

-- @remedies
SELECT s.firm_id, s.kind, s.district_body, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN employment_subsidy AS s ON s.payment_no = r.ref
WHERE r.register = 'employment_subsidy' AND s.firm_id IS NOT NULL
GROUP BY s.firm_id, s.kind, s.district_body
