import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_tokens'),
    ]

    operations = [
        migrations.CreateModel(
            name='Joint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=120, unique=True, verbose_name='Number')),
                ('state', models.CharField(max_length=16, verbose_name='State')),
                ('seq', models.PositiveIntegerField(default=0, verbose_name='Version')),
                ('title', models.CharField(max_length=300, verbose_name='Title')),
                ('text', models.TextField(blank=True, verbose_name='What concerns all')),
                ('ordered', models.BigIntegerField(default=0, verbose_name='Amount ordered')),
                ('formed_on', models.DateField(verbose_name='Formed on')),
                ('concluded_on', models.DateField(blank=True, null=True, verbose_name='Concluded on')),
                ('result', models.TextField(blank=True, verbose_name='Result')),
                ('audit_body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='joints', to='ledger.body')),
                ('engagement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='joints', to='ledger.engagement', verbose_name='Engagement')),
            ],
            options={
                'verbose_name': 'Joint finding',
            },
        ),
        migrations.RemoveConstraint(
            model_name='waiver',
            name='waiver_rule_word',
        ),
        migrations.AddField(
            model_name='correctiveaction',
            name='done_on',
            field=models.DateField(blank=True, null=True, verbose_name='Done on'),
        ),
        migrations.AddField(
            model_name='correctiveaction',
            name='standard',
            field=models.CharField(blank=True, max_length=300, verbose_name='Standard'),
        ),
        migrations.AddField(
            model_name='finding',
            name='joint',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='ledger.joint', verbose_name='Joint finding'),
        ),
        migrations.AddField(
            model_name='itemclaim',
            name='claim',
            field=models.CharField(default='done', max_length=16, verbose_name='Claim'),
        ),
        migrations.AddField(
            model_name='itemclaim',
            name='reference',
            field=models.CharField(blank=True, max_length=100, verbose_name='Number of the proof'),
        ),
        migrations.AddField(
            model_name='outcome',
            name='sanction',
            field=models.CharField(blank=True, max_length=16, verbose_name='Sanction'),
        ),
        migrations.AddField(
            model_name='outcome',
            name='unit',
            field=models.CharField(blank=True, max_length=50, verbose_name='Unit of measure'),
        ),
        migrations.AlterField(
            model_name='itemclaim',
            name='submission',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='ledger.submission'),
        ),
        migrations.AlterField(
            model_name='itemclaim',
            name='text',
            field=models.CharField(blank=True, max_length=300, verbose_name='What was done, or why not'),
        ),
        migrations.AddConstraint(
            model_name='itemclaim',
            constraint=models.UniqueConstraint(condition=models.Q(('submission__isnull', True)), fields=('item',), name='item_claim_waiting'),
        ),
        migrations.AddConstraint(
            model_name='itemclaim',
            constraint=models.CheckConstraint(condition=models.Q(('claim__in', ['disagrees', 'done', 'not_done', 'partly'])), name='item_claim_claim_word'),
        ),
        migrations.AddConstraint(
            model_name='joint',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['concluded', 'open'])), name='joint_state_word'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('sanction__in', ['', 'administrative', 'admonition', 'criticism', 'economic', 'organisation', 'other', 'party'])), name='outcome_sanction_word'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(('rule__in', ['accept.evidence', 'accept.standard', 'extension.days', 'extension.times', 'submit.voucher_once'])), name='waiver_rule_word'),
        ),
    ]
