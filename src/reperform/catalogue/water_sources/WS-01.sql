/*---
code: WS-01
version: 1
title: {en: Outlet in a protection zone of drinking water, zh: 饮用水水源保护区内设置排污口}
domain: water_sources
seed: [A9]
topics: [outlets]
question:
  en: Does an outlet that is open discharge within a protection zone of drinking water, of whatever grade?
  zh: 饮用水水源保护区（含准保护区）内是否仍有未封堵的排污口？
criteria:
  - {law: 中华人民共和国水污染防治法, article: "64, 84", verified: true}
  - {law: 广东省水污染防治条例, article: "40, 41, 42, 43, 44", verified: true}
tables:
  source_zone: [zone_id, grade, approved_on, revoked_on, outline]
  sewage_outlet: [outlet_id, body_id, longitude, latitude, registered_on, closed_on, closure_no]
derived:
  placed_outlet:
    from: {sewage_outlet: [outlet_id, longitude, latitude], source_zone: [zone_id, outline]}
    columns: {outlet_id: string, zone_id: string}
    text: {en: "The zones in which an outlet lies, the border included", zh: 排污口所在的保护区（边界视为区内）}
key: [outlet_id]
body: body_id
term: staged
refer_to: environment_bureau
lookback: absolute
not_testable_when:
  - condition: longitude IS NULL OR latitude IS NULL
    reason: {en: No coordinates, zh: 无坐标}
guard:
  en: >-
    Only zones in force on the date of the data count. Both layers must be of one datum: GCJ-02 against CGCS2000 moves
    a point by some hundred metres. A rain-water outlet that was registered by mistake goes to sifting after a visit.
  zh: >-
    仅以取数日有效的保护区为准。两个图层须为同一坐标系：GCJ-02与CGCS2000可相差数百米。
    误登记的雨水排放口经现场核实后在筛查中剔除。
---*/
-- @population
SELECT outlet_id, body_id, longitude, latitude
FROM sewage_outlet

-- @exceptions
SELECT o.outlet_id, o.body_id, min(z.zone_id) AS zone_id, count(*) AS zones,
       bool_or(z.grade = 'primary') AS in_first_grade, bool_or(z.grade = 'secondary') AS in_second_grade,
       o.longitude, o.latitude, o.registered_on
FROM sewage_outlet AS o
JOIN placed_outlet AS p ON p.outlet_id = o.outlet_id
JOIN source_zone AS z ON z.zone_id = p.zone_id
WHERE o.closed_on IS NULL
  AND z.approved_on <= :as_of AND (z.revoked_on IS NULL OR z.revoked_on > :as_of)
GROUP BY o.outlet_id, o.body_id, o.longitude, o.latitude, o.registered_on

-- @remedies
SELECT outlet_id, closure_no AS trace
FROM sewage_outlet
WHERE closed_on IS NOT NULL AND closure_no IS NOT NULL
