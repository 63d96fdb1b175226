using System.Collections.Frozen;

namespace MemoryStores.Dreaming.Language;

/// <summary>
/// Which English words speak of the same attribute of a thing: who looks after it, when it falls due, what it costs. A word may be
/// in several groups. Where a group's name ends with '!', a thing has one of it at a time, and a new one takes the old one's place.
/// </summary>
internal static class Thesaurus
{
    private const string Groups = """
        owner!: care cares own owner owned ownership belong belongs responsible responsibility charge maintain maintainer maintained lead leads handle handled handles manager manages steward questions accountable look looks care deal route talk caretaker keeper guardian custodian supervise supervisor curator contact oversee oversees overseen head
        port!: port listen listens listening reach bind binds bound serve served serves socket expose exposes exposed answers
        version!: version runtime pinned pin pins build against release needs requires require compiled release
        coverage!: coverage covered threshold gate
        timeout!: timeout timeouts times cut abort aborts aborted gives waits wait deadline expire
        freeze!: freeze freezes frozen features fixes freezing code-freeze cutoff
        branch!: branch branches released releases cut ship ships tag tagged tags deployed mainline
        queue!: queue reads consume consumes jobs arrive feeds topic stream listens subscribe subscribes consumer fed pulls
        package!: package packages dependency dependencies install installed installs
        width!: line lines columns characters width wide wrap wraps length
        indent!: indent indents indented indentation indenting
        commit!: commit commits
        mock!: mock mocks mocking mocked stub stubs stubbed fake
        plan!: plan plans subscribe subscribes subscription subscribed package tier pays bought purchased buys licence license bundle signed edition
        renewal!: renew renews renewed renewal contract expire expires expiry runs until due lapses lapse
        seats!: seat seats licensed licence license licences licenses
        discount!: discount discounts off reduced reduction grant granted rebate cheaper
        refund!: refund refunds refunded refundable reimburse reimbursed reimbursement return returns
        call!: call calls slot standing weekly phone ring rings
        channel!: channel prefers prefer preferred reached reach contact messages via through correspondence
        escalation!: escalation escalations escalate escalated
        response!: response respond responds answer answered reply replies
        outage!: outage outages incident incidents tagged tag mark marked label
        birthday!: birthday bday party celebrate celebrates celebration celebrated born
        gift!: gift gifts present presents love idea getting
        diet!: diet eat eats eating food meal meals cook cooks cooked dish dishes
        home!: live lives living home flat apartment town city based resides reside residence located house moved settled
        visit!: visit visits visiting arrive arrives arrival stay stays expect expects guest coming lands
        technician!: technician ring breaks broken fixes fixed fix repair repairs repaired mechanic services plumber touches serviced tunes maintains
        service!: service serviced inspection inspected inspect checked check-up checkup maintenance due overhaul overhauled tuned servicing
        cost!: cost costs costing bill bills spend spends price priced expense expensive fee fees paid pay pays charge charges charged rate tariff rent
        dentist!: dentist dental teeth tooth
        doctor!: doctor physician gp clinic paediatrician pediatrician
        wake!: wake wakes waking wake-up alarm up rise rises
        airline!: airline airlines fly flies flights flight carrier
        coffee!: coffee espresso brew
        groceries!: grocery groceries
        bins!: bin bins trash garbage rubbish waste collected
        budget!: budget cap capped spend limit maximum most ceiling allowance allocation
        limit!: limit limits limited maximum max at-most cap capped ceiling upper above exceed exceeds threshold most
        minimum!: minimum min least floor lower below under fewer
        schedule!: schedule scheduled scheduling happens starts start begins begin held opens open meets meet kicks planned due calendar booked appointment fixed slot
        closing!: close closes closed closing shut shuts ends end finish finishes over
        deadline!: deadline due submit submitted submission hand deliver delivered delivery delivers handed
        location!: room located location place sits stands found kept stored stores lies hangs parked docked berth berthed moored shelf aisle hall wing building floor bay warehouse stationed housed site
        database!: database db postgres backed schema stores stored persisted persists
        curator!: curate curates curated curator
        sponsor!: sponsor sponsors sponsored fund funds funded backer backs pays donor patron
        ticketprice!: ticket admission entry entrance costs price visitors visit pay
        occupancy!: admit admits visitors people persons fit limited enter
        humidity!: humidity humid held kept
        guard!: guard guards guarded watch watches security
        opening!: open opens opening opened launch launches premiere starts begins start vernissage
        fuel!: fuel fuels burn burns runs powered fill filled petrol diesel gas
        inspect!: inspect inspected inspection inspector audit audited check-up
        loan!: loan loans lend lends lent borrowed borrow
        catalogue!: catalogue catalog catalogues register
        photo!: photo photos photograph photography picture pictures flash
        buyer!: buy buys buyer sell sells sold customer goes
        host!: host hosts hosted server machine node deployed cluster region
        language!: language speaks speak written writes
        password-rotation!: rotate rotated rotates rotation
        backup!: backup backups backed snapshot snapshots retained retention keep keeps kept retains stored retain
        retry!: retry retries retried attempts attempt tries
        memory-size!: memory ram heap
        disk!: disk storage quota space
        replicas!: replica replicas instances instance copies pods workers
        log!: log logs logged logging
        email!: e-mail email mail mails mailbox address inbox
        phone!: phone telephone number dial extension mobile
        supplier!: supplier supplies supply supplied vendor orders order ordered provider provides provided delivers source sourced buy comes
        size!: size sizes sized wears wear shoe shirt measure measures
        colour!: colour color coloured painted paint paints
        school!: school class attends attend teacher taught teaches grade pupil student
        job!: job works work employed employer profession
        pet!: pet dog cat vet
        sport!: train trains training practice practises workout gym coach coached coaches
        medicine!: medicine medication dose dosage tablet tablets pill pills takes prescribed
        allergy!: allergy allergic allergies intolerant intolerance
        drink!: drink drinks tea beverage
        music!: music song listens instrument plays
        car!: car drives drive vehicle
        insurance!: insure insures insuring insurance insured insurer policy premium covers
        bank!: bank account
        capacity!: capacity holds hold fits fit room seats takes accommodates people guests persons
        temperature!: temperature degrees heated cooled thermostat warm
        speed!: speed fast
        approval!: approve approves approval approved sign signs signed
        format!: format formatted style styled written layout
        unit!: unit units metric imperial
        tone!: tone formal formally formality informal polite politely casual wording
        brevity: short shorter shorten concise brief briefly terse compact succinct crisp lengthy long longer verbose
        answerform: answer answers reply replies response responses explanation explanations summary summaries
        bulletform: bullet bullets bulleted bullet-point bullet-points
        typing: type types typed hint hints annotation annotations signature signatures
        testing: test tests tested testing
        draftform: draft drafts mail mails letter letters email emails message messages
        measureform: metric kilometres kilometers celsius grams centimetres litres km imperial
        frequency!: every daily weekly monthly hourly yearly often twice interval polls poll polled refreshes refreshed refresh
        quota!: quota allowance days leave vacation holiday
        percentage!: share percentage percent rate margin commission markup tax vat interest
        cooking!: oven bake bakes baked recipe
        reviewer!: review reviews reviewed reviewer reviewers
        editor!: editor edits edited edit
        printer!: print prints printed printer
        default!: default defaults
        reference!: specimen sample samples reference
        crop!: crop crops grow grows growing grown sow sowed sown season seed seeds seeded plant planted plants planting harvest harvested harvests
        watering!: water watered watering irrigated irrigation
        feeding!: feed fed feeding feeds
        shift!: shift shifts duty
        ticket!: ticket tickets
        courier!: courier shipped ships shipping carrier parcels parcel freight hauled haulier
        stock!: stock stocks stocked inventory reorder
        warranty!: warranty guarantee guaranteed warranted
        licence-plate!: plate registration registered
        nickname!: nickname nicknamed alias
        hosting-region!: region zone
        certificate!: certificate cert tls ssl
        framework!: framework written built
        linter!: lint linter linting formatter formats formatted
        ci!: ci pipeline pipelines
        editorconfig!: spaces tabs
        deploy!: deploy deploys deployed deployment deployments rollout rolled
        """;

    private static readonly FrozenDictionary<string, string[]> GroupsOfStem;

    static Thesaurus()
    {
        var groups = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var line in Groups.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = "g:" + line[..colon];
            foreach (var word in line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var stem = Stem.Of(word);
                if (!groups.TryGetValue(stem, out var of)) groups[stem] = of = [];
                if (!of.Contains(name)) of.Add(name);
            }
        }
        GroupsOfStem = groups.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The groups that a word speaks of; none for a word that is no attribute's.</summary>
    public static string[] Of(string stem) => GroupsOfStem.TryGetValue(stem, out var groups) ? groups : [];

    /// <summary>Whether the value of the attribute is whoever does it: of "Ada mends the boat" the boat is the subject.</summary>
    public static bool IsAgentive(string group) => Agentive.Contains(group);

    private static readonly HashSet<string> Agentive =
        ["g:owner!", "g:technician!", "g:service!", "g:supplier!", "g:reviewer!", "g:editor!", "g:approval!", "g:escalation!", "g:courier!", "g:shift!", "g:feeding!", "g:watering!", "g:queue!", "g:host!", "g:music!", "g:school!", "g:curator!", "g:sponsor!", "g:guard!", "g:buyer!", "g:crop!"];

    /// <summary>Whether a thing has one of this attribute at a time.</summary>
    public static bool IsSingle(string group) => group.EndsWith('!');
}
