package org.postern.db.store;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/// The mail database: its stores, and transactions that span them. Thread-safe.
public record MailDatabase(
        TransactionOperations transaction,
        ArrivalStore arrivals,
        MessageStore messages,
        DuplicateStore duplicates,
        MailboxStore mailboxes,
        ThreadStore threads,
        JobStore jobs,
        JobFigures jobFigures,
        SignInRequestStore signInRequests,
        TenantStore tenants,
        SnapshotStore snapshots,
        AuditStore audit,
        AuditChainStore auditChain,
        BoardStore board,
        DeletionStore deletions,
        NoticeStore notices,
        TimelineStore timelines) {

    /// The stores on one pool. Nothing is asked of the database yet: it may be away.
    public static MailDatabase of(DataSource pool) {
        JdbcClient sql = JdbcClient.create(pool);
        return new MailDatabase(
                new TransactionTemplate(new DataSourceTransactionManager(pool)),
                new ArrivalStore(sql),
                new MessageStore(sql),
                new DuplicateStore(sql),
                new MailboxStore(sql),
                new ThreadStore(sql),
                new JobStore(sql),
                new JobFigures(sql),
                new SignInRequestStore(sql),
                new TenantStore(sql),
                new SnapshotStore(sql),
                new AuditStore(sql),
                new AuditChainStore(sql),
                new BoardStore(sql),
                new DeletionStore(sql),
                new NoticeStore(sql),
                new TimelineStore(sql));
    }
}
