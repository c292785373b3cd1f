/*---
code: EM-08
version: 1
title: {en: Tied firms drawing the same subsidy, zh: 关联企业群领取同一补贴}
domain: employment
seed: [A5]
topics: [ties, shell_firms]
question:
  en: Did several firms that are tied to each other draw the same subsidy?
  zh: 相互关联的多家企业是否领取了同一项补贴？
criteria:
  - {law: 中华人民共和国社会保险法, article: "88", verified: true}
  - {law: 财政违法行为处罚处分条例, article: "6, 14", verified: false}
tables:
  employment_subsidy: [payment_no, kind, firm_id, amount]
  firm: [firm_id, district_body]
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
key: [firm_id, kind]
body: district_body
amount: in_question
money: return_to_channel
term: immediate
refer_to: human_resources_bureau
lookback: absolute
not_testable_when:
  - condition: district_body IS NULL
    reason: {en: The firm is not in the register, zh: 企业登记信息中无该企业}
parameters:
  min_firms:
    type: integer
    value: 3
    min: 2
    max: 1000
    unit: firm
    title: {en: Firms of one group that draw the subsidy, zh: 同一群内领取补贴的企业数}
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
    Firms of one group may each be entitled: a lead for the interview, not a finding. What more than ten firms share, such
    as the address of an office tower or a bookkeeper as agent, says nothing and does not tie.
  zh: 同一群内各企业可能各自符合条件，本结果为疑点而非定性。十家以上企业共用的信息（写字楼地址、代理记账经办人等）不构成关联。
---*/
-- @population
SELECT s.firm_id, s.kind, f.district_body
FROM employment_subsidy AS s
LEFT JOIN firm AS f ON f.firm_id = s.firm_id
WHERE s.firm_id IS NOT NULL
GROUP BY s.firm_id, s.kind, f.district_body

-- @exceptions
WITH recovered AS (
  SELECT ref, sum(amount) AS amount
  FROM recovery
  WHERE register = 'employment_subsidy'
  GROUP BY ref
),
drawn AS (
  SELECT s.firm_id, s.kind, sum(s.amount - coalesce(r.amount, 0)) AS in_question
  FROM employment_subsidy AS s
  LEFT JOIN recovered AS r ON r.ref = s.payment_no
  WHERE s.firm_id IS NOT NULL
  GROUP BY s.firm_id, s.kind
),
grouped AS (
  SELECT d.firm_id, d.kind, d.in_question, t.lead_firm, t.firms, t.tied_by,
         count(*) OVER (PARTITION BY t.lead_firm, d.kind) AS drawing
  FROM drawn AS d
  JOIN firm_tie AS t ON t.firm_id = d.firm_id
)
SELECT g.firm_id, g.kind, f.district_body, g.in_question, g.lead_firm, g.firms, g.tied_by, g.drawing
FROM grouped AS g
JOIN firm AS f ON f.firm_id = g.firm_id
WHERE g.drawing >= :min_firms AND g.in_question > 0

-- @remedies
SELECT s.firm_id, s.kind, sum(r.amount) AS remedied, max(r.voucher) AS trace
FROM recovery AS r
JOIN employment_subsidy AS s ON s.payment_no = r.ref
WHERE r.register = 'employment_subsidy' AND s.firm_id IS NOT NULL
GROUP BY s.firm_id, s.kind
