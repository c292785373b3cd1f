/*---
code: WS-03
version: 1
title: {en: Farm in a protection zone of drinking water, zh: 水源保护区内违规养殖}
domain: water_sources
seed: [A9]
topics: [farms]
question:
  en: Are animals or fish farmed in a zone of the first grade, or by a farm that discharges in one of the second?
  zh: 一级保护区内是否有养殖场（含网箱养殖），二级保护区内是否有排放污染物的养殖场？
criteria:
  - {law: 中华人民共和国水污染防治法, article: "65, 66, 91", verified: true}
  - {law: 广东省水污染防治条例, article: "40, 41, 42, 43, 44", verified: true}
tables:
  source_zone: [zone_id, grade, approved_on, revoked_on, outline]
  livestock_farm: [farm_id, body_id, kind, longitude, latitude, discharges, closed_on, closure_no]
derived:
  placed_farm:
    from: {livestock_farm: [farm_id, longitude, latitude], source_zone: [zone_id, outline]}
    columns: {farm_id: string, zone_id: string}
    text: {en: "The zones in which a farm lies, the border included", zh: 养殖场所在的保护区（边界视为区内）}
key: [farm_id]
body: body_id
term: staged
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: longitude IS NULL OR latitude IS NULL
    reason: {en: No coordinates, zh: 无坐标}
guard:
  en: >-
    Poultry for a household's own table is no farm; the register has a least size. In the second grade ponds and
    cages that discharge nothing are lawful with measures against pollution. Farms that moved away are not at fault.
  zh: >-
    农户自用的少量家禽不属养殖场，台账设有规模下限。二级保护区内采取防污措施、不排放污染物的养殖可予保留。
    已清退的养殖场不属问题。
---*/
-- @population
SELECT farm_id, body_id, longitude, latitude
FROM livestock_farm

-- @exceptions
SELECT f.farm_id, f.body_id, min(z.zone_id) AS zone_id, bool_or(z.grade = 'primary') AS in_first_grade, f.kind,
       f.discharges, f.longitude, f.latitude
FROM livestock_farm AS f
JOIN placed_farm AS p ON p.farm_id = f.farm_id
JOIN source_zone AS z ON z.zone_id = p.zone_id
WHERE f.closed_on IS NULL
  AND z.approved_on <= :as_of AND (z.revoked_on IS NULL OR z.revoked_on > :as_of)
  AND (z.grade = 'primary' OR (z.grade = 'secondary' AND f.discharges))
GROUP BY f.farm_id, f.body_id, f.kind, f.discharges, f.longitude, f.latitude

-- @remedies
SELECT farm_id, closure_no AS trace
FROM livestock_farm
WHERE closed_on IS NOT NULL AND closure_no IS NOT NULL
